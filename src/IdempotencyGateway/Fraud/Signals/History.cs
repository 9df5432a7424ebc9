using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Databases;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Exchange;

namespace IdempotencyGateway.Fraud.Signals;

/// <summary>The store's counters that one request updates and reads, in one round trip, each with the code that turns its result into findings.</summary>
internal sealed class History
{
    /// <summary>How long a device or subject is remembered after it was last seen.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(30);

    private static readonly VelocityBy[] Everybody = Enum.GetValues<VelocityBy>();

    private readonly List<Sighting> _sightings = new(8);
    private readonly List<Action<Track, FraudProfile, Findings>> _meanings = new(8);

    public ReadOnlyMemory<Sighting> Sightings => _sightings.ToArray();

    /// <param name="guarded">Null for a request without a record. Each such request counts, and repeated content and rejections are not looked at.</param>
    /// <returns>Null when the profile needs no counters.</returns>
    public static History? Of(StoreSecret secret, FraudProfile profile, GuardedRequest? guarded, RequestTraits traits, LocationAnswer location)
    {
        // Only subjects have a last place. That of a device would mean little, because many machines have equal traits.
        var place = traits.Subject is not null && location.Place is { } known ? PackedPlace.Pack(known) : 0;
        var counts = profile.CountsCallers;
        if (!counts && place == 0)
            return null;
        var history = new History();
        var operation = RiskAssessor.OperationOf(guarded);
        foreach (var by in Everybody)
        {
            var follows = by == VelocityBy.Subject || (by == VelocityBy.Device && counts);
            if (WhoOf(by, traits) is { } who && (follows || profile.Velocity.Any(rule => rule.By == by && rule.Distinct == VelocityOf.Requests)))
                history.Add(by, who, operation, by == VelocityBy.Subject ? place : 0, follows);
        }
        foreach (var pair in profile.Velocity.Where(rule => rule.Distinct != VelocityOf.Requests).Select(rule => (rule.By, rule.Distinct)).Distinct())
            history.AddVariety(secret, pair.By, pair.Distinct, traits, operation);
        if (counts && guarded is not null)
            history.AddBehaviour(secret, guarded, traits, operation);
        return history._sightings.Count == 0 ? null : history;
    }

    /// <param name="tracks">In the order of <see cref="Sightings"/>.</param>
    public void Judge(Track[] tracks, FraudProfile profile, Findings findings)
    {
        for (var i = 0; i < tracks.Length; i++)
            _meanings[i](tracks[i], profile, findings);
    }

    private void Add(VelocityBy by, SightingKey who, ulong operation, ulong place, bool follows)
    {
        var sighting = new Sighting(who, operation) { Place = place };
        _sightings.Add(follows ? sighting with { Keep = Memory } : sighting);
        _meanings.Add((track, profile, findings) =>
        {
            foreach (var rule in profile.Velocity)
            {
                if (rule.By == by && rule.Distinct == VelocityOf.Requests)
                    HistorySignals.CountOf(rule, track, findings);
            }
            if (by == VelocityBy.Device)
                HistorySignals.NewDevice(track, findings);
            if (place != 0 && track.LastPlace != 0)
                GeoSignals.Travel(PackedPlace.Unpack(track.LastPlace), PackedPlace.Unpack(place), track.SinceLastPlace, findings);
        });
    }

    private void AddVariety(StoreSecret secret, VelocityBy by, VelocityOf of, RequestTraits traits, ulong operation)
    {
        if (WhoOf(by, traits) is not { } who || OtherOf(of, traits) is not { } other)
            return;
        var counter = SightingKey.Derive(secret, SightingKind.DistinctValues, who.ToString(), of.ToString());
        _sightings.Add(new(counter, operation) { DistinctValue = other.Digest.D | 1 });
        _meanings.Add((track, profile, findings) =>
        {
            foreach (var rule in profile.Velocity)
            {
                if (rule.By == by && rule.Distinct == of)
                    HistorySignals.CountOf(rule, track, findings);
            }
        });
    }

    private void AddBehaviour(StoreSecret secret, GuardedRequest guarded, RequestTraits traits, ulong operation)
    {
        if (guarded.Body.Length > 0)
        {
            var owner = traits.Credential?.Digest ?? default;
            _sightings.Add(new(SightingKey.Derive(secret, SightingKind.Body, owner, guarded.Fingerprint.Digest), operation));
            _meanings.Add(static (track, _, findings) => HistorySignals.BodyRepeat(track, findings));
        }
        if (traits.Credential is not { } caller)
            return;
        _sightings.Add(new(SightingKey.Derive(secret, SightingKind.Mismatch, caller.Digest), operation) { Counts = false });
        _meanings.Add(static (track, _, findings) => HistorySignals.KeyReuse(track, findings));
        var answers = default(Track);
        _sightings.Add(new(SightingKey.Derive(secret, SightingKind.Answer, caller.Digest), operation) { Counts = false });
        _meanings.Add((track, _, _) => answers = track);
        _sightings.Add(new(SightingKey.Derive(secret, SightingKind.Rejection, caller.Digest), operation) { Counts = false });
        _meanings.Add((track, _, findings) => HistorySignals.RejectRatio(answers, track, findings));
    }

    private static SightingKey? OtherOf(VelocityOf of, RequestTraits traits) => of switch
    {
        VelocityOf.Ip => traits.Address,
        VelocityOf.Credential => traits.Credential,
        VelocityOf.Subject => traits.Subject,
        VelocityOf.Device => traits.Device,
        _ => throw new InvalidOperationException($"no identity to count for {of}"),
    };

    private static SightingKey? WhoOf(VelocityBy by, RequestTraits traits) => by switch
    {
        VelocityBy.Ip => traits.Address,
        VelocityBy.Credential => traits.Credential,
        VelocityBy.Subject => traits.Subject,
        VelocityBy.Device => traits.Device,
        _ => throw new InvalidOperationException($"no identity to count for {by}"),
    };
}
