using System.Runtime.CompilerServices;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Fraud;

/// <summary>
/// A cache of verdicts by sender, for profiles that look at nothing but the sender (<see cref="FraudProfile.LooksAtSendersAlone"/>). A hit takes a tenth of the time
/// of a full assessment. A cache is valid for one configuration and one version of the source files; when either changes, it is replaced by an empty one.
/// </summary>
/// <remarks>
/// A hit requires equality of the whole sender, not only of a hash. An address maps to a fixed set of a few entries, so it cannot occupy others, whatever devices it claims to be. A sender is
/// cached only the second time it comes: an entry that is never used again would evict a useful one and burden the garbage collector.
/// </remarks>
internal sealed class KnownSenders(FraudSnapshot fraud, int filesVersion)
{
    private const int Sets = 512;
    private const int PlacesInASet = 4;

    private readonly Known?[] _kept = new Known?[Sets * PlacesInASet];

    /// <summary>For each entry, the hash of the last sender that missed it.</summary>
    private readonly int[] _lastMissed = new int[Sets * PlacesInASet];

    public bool IsFor(FraudSnapshot configuration, int version) => ReferenceEquals(fraud, configuration) && filesVersion == version;

    /// <returns>The cached verdict, with the current time; null for an unknown sender.</returns>
    public RiskFeature? Find(FraudProfile profile, in Sender sender, DateTimeOffset now)
    {
        ref var place = ref _kept[PlaceOf(HashOf(profile, sender), sender)];
        if (Volatile.Read(ref place) is not { } known || !ReferenceEquals(known.Risk.Profile, profile) || known.Sender != sender)
            return null;
        var risk = known.Risk.AsOf(now);
        if (risk != known.Risk)
            Volatile.Write(ref place, known with { Risk = risk });
        return risk;
    }

    public void Keep(in Sender sender, RiskFeature risk)
    {
        if (!sender.Device.MayBeKept)
            return;
        var hash = HashOf(risk.Profile, sender);
        var place = PlaceOf(hash, sender);
        if (Interlocked.Exchange(ref _lastMissed[place], hash) == hash)
            Volatile.Write(ref _kept[place], new(sender, risk));
    }

    private static int HashOf(FraudProfile profile, in Sender sender) =>
        HashCode.Combine(RuntimeHelpers.GetHashCode(profile), sender.Client.Address, sender.Device);

    private static uint PlaceOf(int hash, in Sender sender) =>
        ((uint)HashCode.Combine(sender.Client.Address?.Subscriber) % Sets * PlacesInASet) + ((uint)hash % PlacesInASet);

    private sealed record Known(Sender Sender, RiskFeature Risk);
}
