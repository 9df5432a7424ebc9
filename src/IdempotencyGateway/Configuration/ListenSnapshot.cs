namespace IdempotencyGateway.Configuration;

/// <summary>Where the gateway listens.</summary>
/// <param name="Proxy">Clients come here. At least one absolute http URL; port 0 picks a free one.</param>
/// <param name="Admin">Health and operations, on an address of its own; null switches it off.</param>
public sealed record ListenSnapshot(IReadOnlyList<Uri> Proxy, Uri? Admin);
