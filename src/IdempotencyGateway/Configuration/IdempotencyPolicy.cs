using System.Collections.Frozen;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Settlement;

namespace IdempotencyGateway.Configuration;

/// <summary>How the requests of a route are guarded. Validated and immutable; a route names the policy it wants.</summary>
public sealed record IdempotencyPolicy
{
    public required string Name { get; init; }

    /// <summary>Methods that are guarded; others of the same route pass through. Compared without case, as YARP forwards "post" as POST.</summary>
    public FrozenSet<string> Methods { get; init; } = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "POST", "PATCH");

    public KeyPolicy Key { get; init; } = new();

    public CallerPolicy Caller { get; init; } = new();

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

    public OnUnknown OnUnknown { get; init; } = OnUnknown.Hold;

    public OnStoreDown OnStoreDown { get; init; } = OnStoreDown.Reject;
}

/// <summary>Where the key comes from and what the provider sees of it.</summary>
public sealed record KeyPolicy
{
    public string Header { get; init; } = "Idempotency-Key";

    /// <summary>Without a key: true answers 400, false lets the request through unguarded.</summary>
    public bool Required { get; init; } = true;

    public KeyPer Per { get; init; } = KeyPer.Route;

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

/// <summary>Whose request it is.</summary>
public sealed record CallerPolicy
{
    public CallerScopeKind Scope { get; init; } = CallerScopeKind.Credentials;

    /// <summary><see cref="CallerScopeKind.Credentials"/>: the headers that hold credentials. <see cref="CallerScopeKind.Header"/>: the one header that names the caller.</summary>
    public IReadOnlyList<string> Headers { get; init; } = ["authorization", "x-api-key"];
}

public enum CallerScopeKind
{
    /// <summary>Whoever holds the same credential headers.</summary>
    Credentials,

    /// <summary>Named in a header by a trusted peer; from anyone else the request is refused.</summary>
    Header,

    /// <summary>All callers share their keys.</summary>
    None,
}

/// <summary>What makes two requests the same request.</summary>
public sealed record FingerprintPolicy
{
    public BodyForm Body { get; init; } = BodyForm.Auto;

    /// <summary>Header names, in lower case, that take part beside method, path, query and body.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    public OnMismatch OnMismatch { get; init; } = OnMismatch.Reject;

    /// <summary>The status for a key that was used with another request.</summary>
    public int MismatchStatus { get; init; } = 422;
}

public enum OnMismatch
{
    Reject,

    /// <summary>Key and body together name the operation.</summary>
    Separate,
}

/// <summary>What a duplicate gets while the first is under way.</summary>
public sealed record InFlightPolicy
{
    public InFlightMode Mode { get; init; } = InFlightMode.Wait;

    /// <summary>The longest a duplicate waits for the first.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The status when it did not wait, or not long enough.</summary>
    public int Status { get; init; } = 409;
}

public enum InFlightMode
{
    Wait,
    Reject,
}

/// <summary>What is kept of an answer.</summary>
public sealed record RecordPolicy
{
    /// <summary>Which provider statuses are final; others free the key.</summary>
    public SettlementPolicy Settlement { get; init; } = new(StatusSet.Default);

    /// <summary>The largest response body kept, in bytes; of a larger one only the fact is kept.</summary>
    public int MaxBodyBytes { get; init; } = 1024 * 1024;

    public RecordableHeaders Headers { get; init; } = RecordableHeaders.Default;
}

/// <summary>What a retry gets when nobody knows what became of the first.</summary>
public enum OnUnknown
{
    /// <summary>409 until someone resolves it.</summary>
    Hold,

    /// <summary>It is sent again, with the same key, to the same destination: only where the provider honours the key itself.</summary>
    ForwardAgain,
}

public enum OnStoreDown
{
    /// <summary>503, nothing is sent.</summary>
    Reject,

    /// <summary>Forwarded unguarded, and marked so.</summary>
    PassThrough,
}
