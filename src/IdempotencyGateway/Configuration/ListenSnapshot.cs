namespace IdempotencyGateway.Configuration;

/// <summary>Where the gateway listens.</summary>
/// <param name="Proxy">Clients come here. At least one absolute URL, http, or https where <see cref="Tls"/> is there; port 0 picks a free one.</param>
/// <param name="Admin">Health and operations, on an address of its own; null switches it off.</param>
public sealed record ListenSnapshot(IReadOnlyList<Uri> Proxy, Uri? Admin)
{
    /// <summary>For clients that speak HTTP/2 from the first byte (gRPC does): without TLS the two versions cannot share an address.</summary>
    public IReadOnlyList<Uri> Http2 { get; init; } = [];

    /// <summary>For the https addresses; null where there are none.</summary>
    public ListenTlsSnapshot? Tls { get; init; }

    /// <summary>Others than this machine can reach the admin address.</summary>
    public bool AdminIsExposed => Admin is { IsLoopback: false };

    /// <summary>Every address for clients.</summary>
    public IEnumerable<Uri> Clients => Proxy.Concat(Http2);
}
