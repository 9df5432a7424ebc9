using System.Collections.Frozen;

namespace IdempotencyGateway.Core.Records;

/// <summary>
/// Decides which response headers are recorded. Never recorded are hop-by-hop and framing headers (RFC 9110 §7.6.1), and headers that
/// would keep a session, challenge or credential in a store, or give it to another client (Set-Cookie, WWW-Authenticate, tokens, Proxy-*).
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

    /// <summary>Headers that describe the exact body and would be wrong beside a changed one.</summary>
    private static readonly FrozenSet<string> OfTheBody = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "ETag", "Content-MD5", "Content-Digest", "Repr-Digest", "Digest", "Content-Range", "Accept-Ranges", "Signature", "Signature-Input");

    /// <summary>Headers that make no sense without a body.</summary>
    private static readonly FrozenSet<string> OfABody = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "Content-Type", "Content-Encoding", "Content-Language", "Content-Disposition");

    private readonly FrozenSet<string> _dropped;
    private readonly FrozenSet<string>? _kept;

    /// <param name="alsoDropped">Header names that the route never records, beside the fixed ones.</param>
    /// <param name="only">If not null, only these are recorded, beside those that describe the body's type and the result of a gRPC call.</param>
    public RecordableHeaders(IReadOnlyList<string> alsoDropped, IReadOnlyList<string>? only = null)
    {
        AlsoDropped = alsoDropped;
        Only = only;
        _dropped = NeverKept.Concat(alsoDropped).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _kept = only?.Concat(OfABody).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The names that the route never records, beside the fixed ones.</summary>
    public IReadOnlyList<string> AlsoDropped { get; }

    /// <summary>The only names that the route records; null where it records all that are allowed.</summary>
    public IReadOnlyList<string>? Only { get; }

    public static RecordableHeaders Default { get; } = new([]);

    /// <summary>Whether a header is still true beside what is kept of the body.</summary>
    public static bool Holds(string name, KeptBody kept) =>
        kept == KeptBody.Whole || !(OfTheBody.Contains(name) || (kept == KeptBody.Omitted && OfABody.Contains(name)));

    public bool Keeps(string name) =>
        !_dropped.Contains(name)
        && !name.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase)
        && (_kept is null || _kept.Contains(name) || name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase));
}
