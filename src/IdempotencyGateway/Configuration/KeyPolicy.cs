namespace IdempotencyGateway.Configuration;

/// <summary>Where the key comes from and what the provider sees of it.</summary>
public sealed record KeyPolicy
{
    public string Header { get; init; } = "Idempotency-Key";

    /// <summary>What clients' keys look like; null takes any.</summary>
    public KeyPattern? Pattern { get; init; }

    /// <summary>What makes a key for a request without that header, tried in order.</summary>
    public IReadOnlyList<KeySource> From { get; init; } = [];

    /// <summary>Without a key: true answers 400, false lets the request through unguarded.</summary>
    public bool Required { get; init; } = true;

    public KeyPer Per { get; init; } = KeyPer.Route;

    /// <summary>The header in which a client says when it sent the request for the first time; null believes nobody.</summary>
    public string? FirstSent { get; init; } = "Repeatability-First-Sent";

    /// <summary>The header in which the provider gets the client's key, as the client spelled it; null keeps it from the provider.</summary>
    public string? ForwardAs { get; init; } = "Idempotency-Key";
}

/// <summary>What one key names.</summary>
public enum KeyPer
{
    /// <summary>One operation of the route.</summary>
    Route,

    /// <summary>One operation per method and path: the steps of a transaction may share a key.</summary>
    Operation,
}
