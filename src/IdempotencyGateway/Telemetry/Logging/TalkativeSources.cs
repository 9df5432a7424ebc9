namespace IdempotencyGateway.Telemetry.Logging;

/// <summary>
/// Minimum log levels for sources of other libraries that quote requests below these levels: URLs with their queries, malformed header lines, bytes on the wire. All of these may hold
/// credentials, so the configuration cannot lower the levels. (The server's own lines about each request are switched off: they would also add its path to every other line, and the
/// only thing that they alone would report, an uncaught exception, is reported by Kestrel, too.)
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

    /// <summary>The configured levels, raised to the minimums.</summary>
    public static IReadOnlyDictionary<string, LogLevel> Raise(LogLevel level, IReadOnlyDictionary<string, LogLevel> levels)
    {
        var raised = new Dictionary<string, LogLevel>(levels, StringComparer.Ordinal);
        foreach (var (source, floor) in Floors)
        {
            if (LevelOf(source, level, levels) < floor)
                raised[source] = floor;
        }
        // A more specific source than one in the table may have a configured level of its own.
        foreach (var (source, chosen) in levels)
        {
            var floor = LevelOf(source, LogLevel.Trace, Floors);
            if (chosen < floor)
                raised[source] = floor;
        }
        return raised;
    }

    /// <summary>The level of the longest name that covers the source.</summary>
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
