namespace IdempotencyGateway.Configuration;

/// <summary>Where the gateway listens.</summary>
/// <param name="Proxy">The addresses for clients: at least one absolute URL, http or, with <see cref="Tls"/>, https; port 0 picks a free one.</param>
/// <param name="Admin">The separate address for health checks and operators; null switches it off.</param>
public sealed record ListenSnapshot(IReadOnlyList<Uri> Proxy, Uri? Admin)
{
    /// <summary>The addresses for clients that use HTTP/2 without TLS from the first byte (such as gRPC). Without TLS the two HTTP versions cannot share an address.</summary>
    public IReadOnlyList<Uri> Http2 { get; init; } = [];

    /// <summary>The settings of the https addresses; null when there are none.</summary>
    public ListenTlsSnapshot? Tls { get; init; }

    /// <summary>Whether other machines can reach the admin address.</summary>
    public bool AdminIsExposed => Admin is { IsLoopback: false };

    /// <summary>All addresses for clients.</summary>
    public IEnumerable<Uri> Clients => Proxy.Concat(Http2);
}
