namespace IdempotencyGateway.Configuration;

/// <summary>What is logged, and where to.</summary>
public sealed record LoggingSnapshot
{
    /// <summary>For everything that <see cref="Levels"/> does not name.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary>By source: a namespace or the beginning of one. What stands here is laid over the defaults.</summary>
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

/// <summary>How a line is written.</summary>
public enum LogFormat
{
    /// <summary>One object a line, for machines.</summary>
    Json,

    /// <summary>For people.</summary>
    Text,

    None,
}

/// <summary>A log file, in JSON.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="MaxBytes">Beyond it a new file is begun, with a number in its name.</param>
/// <param name="Keep">How many files there may be, the newest included.</param>
public sealed record LogFile(string Path, long MaxBytes, int Keep);
