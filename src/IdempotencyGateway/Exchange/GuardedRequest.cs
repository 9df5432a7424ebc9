using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Recording;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Exchange;

/// <summary>A guarded request after intake: its key, caller, fingerprint and whole body. Dispose returns the body's memory, when the exchange ends.</summary>
/// <param name="Report">Collects what will be logged and measured; also holds the route that YARP matched.</param>
/// <param name="KeyAsSent">The client's key as the client spelled it; a derived key where the client sent none.</param>
/// <param name="StorageKey">The name of its record in the store.</param>
public sealed record GuardedRequest(
    ExchangeReport Report, GuardedRoute Route, string KeyAsSent, StorageKey StorageKey, Fingerprint Fingerprint, SpooledBody Body) : IDisposable
{
    public required CallerScope Caller { get; init; }

    /// <summary>The key as the provider gets it.</summary>
    public required string KeyForProvider { get; init; }

    /// <summary>The digest of the consent that the request names (<see cref="ConsentDigest"/>); null where the route requires none.</summary>
    public Digest256? Consent { get; init; }

    /// <summary>The clusters that the request may go to; null for the route's own cluster.</summary>
    public BackendChoice? Backends { get; init; }

    /// <summary>
    /// Slow work, such as a call to an external risk service, stands between claim and send. The record is then marked as sent only after that work, so a gateway that crashes during it leaves a
    /// record that is merely claimed, and not one in doubt.
    /// </summary>
    internal bool IsSlow => Report.Route.Profile is { IsSlow: true };

    /// <summary>
    /// Whether an earlier owner may have sent the request. A record that is taken over in the state <c>claimed</c> was never sent. Where records are claimed as sent, or taken from
    /// doubt, nobody can tell.
    /// </summary>
    internal bool MayHaveBeenSent(Claim claim) => claim.Ticket.Fence > 1 && (Route.Policy.OnUnknown == OnUnknown.ForwardAgain || !IsSlow);

    public void Dispose() => Body.Dispose();
}
