using System.Runtime.CompilerServices;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Fraud;

/// <summary>
/// What was found of senders that come again and again, for profiles that look at nothing else (<see cref="FraudProfile.LooksAtSendersAlone"/>): to know one again takes a tenth of the time
/// that looking it up and writing the verdict does. All of it under one configuration and from one state of the files; when either changes, nobody is known.
/// </summary>
/// <remarks>
/// A sender is found only if all of it is equal. An address has few places that it can fill, whatever it pretends to be; and who comes once takes nobody's place, because it would not be
/// looked up again, and what is kept in vain costs the garbage collector more than what is dropped at once.
/// </remarks>
internal sealed class KnownSenders(FraudSnapshot fraud, int filesVersion)
{
    private const int Sets = 512;
    private const int PlacesInASet = 4;

    private readonly Known?[] _kept = new Known?[Sets * PlacesInASet];

    /// <summary>Of each place, the hash of who was last not known there.</summary>
    private readonly int[] _strangers = new int[Sets * PlacesInASet];

    public bool IsFor(FraudSnapshot configuration, int version) => ReferenceEquals(fraud, configuration) && filesVersion == version;

    /// <returns>What was found, as of now; null of a stranger.</returns>
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
        if (Interlocked.Exchange(ref _strangers[place], hash) == hash)
            Volatile.Write(ref _kept[place], new(sender, risk));
    }

    private static int HashOf(FraudProfile profile, in Sender sender) =>
        HashCode.Combine(RuntimeHelpers.GetHashCode(profile), sender.Client.Address, sender.Device);

    private static uint PlaceOf(int hash, in Sender sender) =>
        ((uint)HashCode.Combine(sender.Client.Address?.Subscriber) % Sets * PlacesInASet) + ((uint)hash % PlacesInASet);

    private sealed record Known(Sender Sender, RiskFeature Risk);
}
