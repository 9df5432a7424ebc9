using System.Collections.Frozen;

namespace IdempotencyGateway.Core.Records;

/// <summary>
/// Which response headers belong to an answer, and which to the one exchange that carried it: hop-by-hop and framing headers (RFC 9110 §7.6.1),
/// and what would hand one client's session or challenge to another (Set-Cookie, WWW-Authenticate, Proxy-*).
/// </summary>
public sealed class RecordableHeaders
{
    private static readonly string[] NeverKept =
    [
        "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Content-Length",
        "Set-Cookie", "Set-Cookie2", "WWW-Authenticate", "Alt-Svc", "Idempotency-Status", "Idempotent-Replayed", "Idempotency-Key", "Age",
    ];

    private readonly FrozenSet<string> _dropped;

    /// <param name="alsoDropped">Header names the route adds to the list.</param>
    public RecordableHeaders(IEnumerable<string> alsoDropped) =>
        _dropped = NeverKept.Concat(alsoDropped).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static RecordableHeaders Default { get; } = new([]);

    public bool Keeps(string name) => !_dropped.Contains(name) && !name.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase);
}
