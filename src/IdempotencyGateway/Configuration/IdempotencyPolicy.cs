using System.Collections.Frozen;

namespace IdempotencyGateway.Configuration;

/// <summary>How the requests of a route are guarded. Validated and immutable; a route names the policy it wants.</summary>
public sealed record IdempotencyPolicy
{
    public required string Name { get; init; }

    /// <summary>Its routes are not guarded: what guarding them would do is counted and logged, and nothing else is done.</summary>
    public bool DryRun { get; init; }

    /// <summary>Methods that are guarded; others of the same route pass through. Compared without case, as YARP forwards "post" as POST.</summary>
    public FrozenSet<string> Methods { get; init; } = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "POST", "PATCH");

    public KeyPolicy Key { get; init; } = new();

    public CallerPolicy Caller { get; init; } = new();

    /// <summary>Where a request names the consent that it relies on, tried in order; without any it need not.</summary>
    public IReadOnlyList<ValueSource> ConsentFrom { get; init; } = [];

    public FingerprintPolicy Fingerprint { get; init; } = new();

    public InFlightPolicy InFlight { get; init; } = new();

    /// <summary>After this long without a sign of life from an owner, others stop waiting for it. Renewed every third of it.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest one provider call may take in all, from sending to the last byte.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long an answer is replayed.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The largest request body, in bytes; a larger one is 413.</summary>
    public long MaxRequestBodyBytes { get; init; } = 10 * 1024 * 1024;

    public RecordPolicy Record { get; init; } = new();

    /// <summary>Where its exchanges say whom they are about; records are found by each value that is there.</summary>
    public IReadOnlyList<SubjectSource> Subject { get; init; } = [];

    /// <summary>What its requests erase when they succeed; null for nothing.</summary>
    public ErasePolicy? Erase { get; init; }

    public OnUnknown OnUnknown { get; init; } = OnUnknown.Hold;

    public OnStoreDown OnStoreDown { get; init; } = OnStoreDown.Reject;
}

/// <summary>What a retry gets when nobody knows what became of the first.</summary>
public enum OnUnknown
{
    /// <summary>409 until someone resolves it.</summary>
    Hold,

    /// <summary>It is sent again, with the same key, to the same destination: only where the provider honours the key itself.</summary>
    ForwardAgain,
}

/// <summary>What a request gets when the store cannot be asked.</summary>
public enum OnStoreDown
{
    /// <summary>503, nothing is sent.</summary>
    Reject,

    /// <summary>Forwarded unguarded, and marked so.</summary>
    PassThrough,
}
