namespace IdempotencyGateway.Configuration;

/// <summary>What is logged, and where to.</summary>
public sealed record LoggingSnapshot
{
    /// <summary>The level of sources that <see cref="Levels"/> does not name.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary>Levels by source: a namespace or the beginning of one. Configured levels override these defaults one by one.</summary>
    public IReadOnlyDictionary<string, LogLevel> Levels { get; init; } = new Dictionary<string, LogLevel>(StringComparer.Ordinal)
    {
        ["Microsoft"] = LogLevel.Warning,
        ["System"] = LogLevel.Warning,
        ["Yarp"] = LogLevel.Warning,
    };

    public LogFormat Console { get; init; } = LogFormat.Json;

    /// <summary>Null for no file.</summary>
    public LogFile? File { get; init; }
}

/// <summary>The format of log lines.</summary>
public enum LogFormat
{
    /// <summary>One JSON object on each line.</summary>
    Json,

    /// <summary>Text for people.</summary>
    Text,

    None,
}

/// <summary>A log file, in JSON.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="MaxBytes">The size at which the file is rotated.</param>
/// <param name="Keep">The number of files that are kept, including the current one.</param>
public sealed record LogFile(string Path, long MaxBytes, int Keep);
