namespace IdempotencyGateway.Configuration;

/// <summary>Who may operate the gateway, and where it is written down what they changed.</summary>
public sealed record AdminSnapshot
{
    /// <summary>Holds the tokens; null when there is no such file. Their text is never part of a configuration.</summary>
    public string? TokenFile { get; init; }

    /// <summary>JSON lines, one or two for every change; see Admin/README.md.</summary>
    public required string AuditFile { get; init; }
}
