using System.Collections.Frozen;

namespace IdempotencyGateway.Configuration;

/// <summary>How the requests of a route are guarded. Validated and immutable; a route refers to its policy by name.</summary>
public sealed record IdempotencyPolicy
{
    public required string Name { get; init; }

    /// <summary>The policy's routes are not guarded; it is only counted and logged what guarding them would do.</summary>
    public bool DryRun { get; init; }

    /// <summary>The methods that are guarded; requests with others pass through. Compared without case, because YARP forwards "post" as POST.</summary>
    public FrozenSet<string> Methods { get; init; } = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "POST", "PATCH");

    public KeyPolicy Key { get; init; } = new();

    public CallerPolicy Caller { get; init; } = new();

    /// <summary>The places, tried in order, at which a request must name the consent that it relies on; empty if it need not.</summary>
    public IReadOnlyList<ValueSource> ConsentFrom { get; init; } = [];

    public FingerprintPolicy Fingerprint { get; init; } = new();

    public InFlightPolicy InFlight { get; init; } = new();

    /// <summary>When an owner has not renewed its lease for this long, other requests stop waiting for it. It is renewed every third of this time.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest that one provider call may take, from sending to the last byte of the answer.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long an answer is replayed.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The largest request body, in bytes; a larger one is answered with 413.</summary>
    public long MaxRequestBodyBytes { get; init; } = 10 * 1024 * 1024;

    public RecordPolicy Record { get; init; } = new();

    /// <summary>The places that name the subjects of an exchange. The record can be found by the value of each place.</summary>
    public IReadOnlyList<SubjectSource> Subject { get; init; } = [];

    /// <summary>Which records a successful request erases; null for none.</summary>
    public ErasePolicy? Erase { get; init; }

    public OnUnknown OnUnknown { get; init; } = OnUnknown.Hold;

    public OnStoreDown OnStoreDown { get; init; } = OnStoreDown.Reject;
}

/// <summary>What happens to a retry when the outcome of the first request is unknown.</summary>
public enum OnUnknown
{
    /// <summary>It is answered with 409 until somebody resolves the record.</summary>
    Hold,

    /// <summary>It is sent again, with the same key and to the same destination. Only for providers that honour the key themselves.</summary>
    ForwardAgain,
}

/// <summary>What happens to a request while the store is unavailable.</summary>
public enum OnStoreDown
{
    /// <summary>It is answered with 503, and nothing is sent.</summary>
    Reject,

    /// <summary>It is forwarded unguarded, and marked as such.</summary>
    PassThrough,
}
