namespace IdempotencyGateway.Configuration;

/// <summary>The settings of the admin listener's tokens and audit log.</summary>
public sealed record AdminSnapshot
{
    /// <summary>The file that holds the tokens; null when there is none. The tokens themselves are never part of a configuration.</summary>
    public string? TokenFile { get; init; }

    /// <summary>JSON lines, one or two for every change; see Admin/README.md.</summary>
    public required string AuditFile { get; init; }
}
