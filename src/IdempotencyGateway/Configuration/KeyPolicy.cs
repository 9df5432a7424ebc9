namespace IdempotencyGateway.Configuration;

/// <summary>Where a request's key is found, and in which header the provider gets it.</summary>
public sealed record KeyPolicy
{
    public string Header { get; init; } = "Idempotency-Key";

    /// <summary>The pattern that clients' keys must match; null accepts any.</summary>
    public KeyPattern? Pattern { get; init; }

    /// <summary>The sources, tried in order, that the key of a request without that header is derived from.</summary>
    public IReadOnlyList<KeySource> From { get; init; } = [];

    /// <summary>Whether a request without a key is refused with 400; otherwise it passes unguarded.</summary>
    public bool Required { get; init; } = true;

    public KeyPer Per { get; init; } = KeyPer.Route;

    /// <summary>The header in which a client may say when it first sent the request; null ignores such headers.</summary>
    public string? FirstSent { get; init; } = "Repeatability-First-Sent";

    /// <summary>The header in which the provider gets the key; null does not send it.</summary>
    public string? ForwardAs { get; init; } = "Idempotency-Key";
}

/// <summary>The scope in which a key identifies one operation.</summary>
public enum KeyPer
{
    /// <summary>The whole route.</summary>
    Route,

    /// <summary>Each method and path of the route, so that the steps of a transaction may share a key.</summary>
    Operation,
}
