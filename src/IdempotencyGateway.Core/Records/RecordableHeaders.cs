using System.Collections.Frozen;

namespace IdempotencyGateway.Core.Records;

/// <summary>
/// Which response headers belong to an answer, and which to the one exchange that carried it: hop-by-hop and framing headers (RFC 9110 §7.6.1),
/// and what would hand one client's session, challenge or credential to another, or leave it lying in a store (Set-Cookie, WWW-Authenticate, tokens, Proxy-*).
/// </summary>
public sealed class RecordableHeaders
{
    private static readonly string[] NeverKept =
    [
        "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Content-Length",
        "Set-Cookie", "Set-Cookie2", "WWW-Authenticate", "Alt-Svc", "Idempotency-Status", "Idempotency-Body", "Idempotency-Expires", "Idempotent-Replayed", "Idempotency-Key", "Age",
        "Authorization", "Authentication-Info", "Authentication-Control", "Cookie", "DPoP", "DPoP-Nonce", "X-Api-Key", "X-Auth-Token", "X-Access-Token",
        "X-Refresh-Token", "X-Session-Token", "X-CSRF-Token", "X-XSRF-Token", "X-Amz-Security-Token",
    ];

    /// <summary>They describe the body as it was, and would be false of another.</summary>
    private static readonly FrozenSet<string> OfTheBody = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "ETag", "Content-MD5", "Content-Digest", "Repr-Digest", "Digest", "Content-Range", "Accept-Ranges", "Signature", "Signature-Input");

    private static readonly FrozenSet<string> OfABody = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "Content-Type", "Content-Encoding", "Content-Language", "Content-Disposition");

    private readonly FrozenSet<string> _dropped;
    private readonly FrozenSet<string>? _kept;

    /// <param name="alsoDropped">Header names the route adds to the list.</param>
    /// <param name="only">Null keeps all others; names keep these, and what says what the body is and how a gRPC call ended.</param>
    public RecordableHeaders(IReadOnlyList<string> alsoDropped, IReadOnlyList<string>? only = null)
    {
        AlsoDropped = alsoDropped;
        Only = only;
        _dropped = NeverKept.Concat(alsoDropped).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _kept = only?.Concat(OfABody).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>What the route adds to those that are never kept.</summary>
    public IReadOnlyList<string> AlsoDropped { get; }

    /// <summary>The only ones that the route wants kept; null where it wants all that may be.</summary>
    public IReadOnlyList<string>? Only { get; }

    public static RecordableHeaders Default { get; } = new([]);

    /// <summary>Whether a header still holds when the body is not kept whole.</summary>
    public static bool Holds(string name, KeptBody kept) =>
        kept == KeptBody.Whole || !(OfTheBody.Contains(name) || (kept == KeptBody.Omitted && OfABody.Contains(name)));

    public bool Keeps(string name) =>
        !_dropped.Contains(name)
        && !name.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase)
        && (_kept is null || _kept.Contains(name) || name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase));
}
