namespace IdempotencyGateway.Telemetry.Logging;

/// <summary>
/// Sources of other libraries whose lines below these levels quote requests: addresses with their queries, header lines that cannot be parsed, bytes on the wire. Whatever
/// the configuration asks for, they say no more: credentials travel in all of these places. (The server's own lines on each request are off altogether: they would also put its
/// path on every other line, and the one thing that only they would report, an uncaught exception, Kestrel reports too.)
/// </summary>
internal static class TalkativeSources
{
    public static IReadOnlyDictionary<string, LogLevel> Floors { get; } = new Dictionary<string, LogLevel>(StringComparer.Ordinal)
    {
        ["Microsoft.AspNetCore.Hosting.Diagnostics"] = LogLevel.None,
        ["Microsoft.AspNetCore.HttpLogging"] = LogLevel.None,
        ["Microsoft.AspNetCore.Routing"] = LogLevel.Warning,
        ["Microsoft.AspNetCore.Server.Kestrel"] = LogLevel.Warning,
        ["System.Net.Http"] = LogLevel.Warning,
        ["Yarp.ReverseProxy.Forwarder"] = LogLevel.Warning,
        ["Yarp.ReverseProxy.SessionAffinity"] = LogLevel.Warning,
    };

    /// <summary>The level that a source gets, from the configuration and this table.</summary>
    public static IReadOnlyDictionary<string, LogLevel> Raise(LogLevel level, IReadOnlyDictionary<string, LogLevel> levels)
    {
        var raised = new Dictionary<string, LogLevel>(levels, StringComparer.Ordinal);
        foreach (var (source, floor) in Floors)
        {
            if (LevelOf(source, level, levels) < floor)
                raised[source] = floor;
        }
        // A source below one of the table's may have a level of its own.
        foreach (var (source, chosen) in levels)
        {
            var floor = LevelOf(source, LogLevel.Trace, Floors);
            if (chosen < floor)
                raised[source] = floor;
        }
        return raised;
    }

    /// <summary>The longest name that covers the source decides.</summary>
    private static LogLevel LevelOf(string source, LogLevel level, IReadOnlyDictionary<string, LogLevel> levels)
    {
        var longest = -1;
        foreach (var (name, its) in levels)
        {
            if (name.Length > longest && IsBelow(source, name))
                (longest, level) = (name.Length, its);
        }
        return level;
    }

    private static bool IsBelow(string source, string parent) =>
        source == parent || (source.StartsWith(parent, StringComparison.Ordinal) && source[parent.Length] == '.');
}
