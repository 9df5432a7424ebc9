using System.Collections.Immutable;

namespace IdempotencyGateway.Telemetry.Logging;

/// <summary>
/// Sources of other libraries whose lines below these levels quote requests: addresses with their queries, header lines that cannot be parsed, bytes on the wire. Whatever
/// the configuration asks for, they say no more: credentials travel in all of these places. (The server's own lines on each request are off altogether: they would also put its
/// path on every other line, and what they alone would tell, an exception that nobody caught, Kestrel tells too.)
/// </summary>
internal static class TalkativeSources
{
    public static ImmutableDictionary<string, LogLevel> Floors { get; } = ImmutableDictionary<string, LogLevel>.Empty
        .Add("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)
        .Add("Microsoft.AspNetCore.HttpLogging", LogLevel.None)
        .Add("Microsoft.AspNetCore.Routing", LogLevel.Warning)
        .Add("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning)
        .Add("System.Net.Http", LogLevel.Warning)
        .Add("Yarp.ReverseProxy.Forwarder", LogLevel.Warning)
        .Add("Yarp.ReverseProxy.SessionAffinity", LogLevel.Warning);

    /// <summary>The level that a source may have, by the configuration's and by this table.</summary>
    public static ImmutableDictionary<string, LogLevel> Raise(LogLevel level, ImmutableDictionary<string, LogLevel> levels)
    {
        foreach (var (source, floor) in Floors)
        {
            if (LevelOf(source, level, levels) < floor)
                levels = levels.SetItem(source, floor);
        }
        // A source below one of the table's may have a level of its own.
        foreach (var (source, chosen) in levels)
        {
            var floor = Floors.Where(f => IsBelow(source, f.Key)).Select(f => f.Value).DefaultIfEmpty(LogLevel.Trace).Max();
            if (chosen < floor)
                levels = levels.SetItem(source, floor);
        }
        return levels;
    }

    /// <summary>The longest name that covers the source decides.</summary>
    private static LogLevel LevelOf(string source, LogLevel level, ImmutableDictionary<string, LogLevel> levels) => levels
        .Where(l => IsBelow(source, l.Key)).OrderByDescending(l => l.Key.Length).Select(l => l.Value).FirstOrDefault(level);

    private static bool IsBelow(string source, string parent) =>
        source == parent || (source.StartsWith(parent, StringComparison.Ordinal) && source[parent.Length] == '.');
}
