using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Recording;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Exchange;

/// <summary>A request after intake: whose it is, what it asks for, and its whole body. The body is let go when the exchange ends.</summary>
/// <param name="Report">What will be reported about it, and the route that it came by.</param>
/// <param name="KeyAsSent">The client's key as it was spelled.</param>
/// <param name="StorageKey">The record it stands for.</param>
public sealed record GuardedRequest(
    ExchangeReport Report, GuardedRoute Route, string KeyAsSent, StorageKey StorageKey, Fingerprint Fingerprint, SpooledBody Body) : IDisposable
{
    public required CallerScope Caller { get; init; }

    /// <summary>The key as the provider gets it.</summary>
    public required string KeyForProvider { get; init; }

    /// <summary>The consent that it names, where the route asks for one (<see cref="ConsentDigest"/>).</summary>
    public Digest256? Consent { get; init; }

    /// <summary>The clusters it may go to; null for the one that its route names.</summary>
    public BackendChoice? Backends { get; init; }

    /// <summary>
    /// Something slow will stand between the claim and the sending: then the record says "sent" only afterwards, so that a gateway that dies meanwhile leaves no doubt behind.
    /// </summary>
    internal bool IsSlow => Report.Route.Profile is { IsSlow: true };

    /// <summary>By an earlier owner, before this one has sent it: one whose record was only claimed knows that nobody did; where records are claimed as sent, nobody knows.</summary>
    internal bool MayHaveBeenSent(Claim claim) => claim.Ticket.Fence > 1 && (Route.Policy.OnUnknown == OnUnknown.ForwardAgain || !IsSlow);

    public void Dispose() => Body.Dispose();
}
