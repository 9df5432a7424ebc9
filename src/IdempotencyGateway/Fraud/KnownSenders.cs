using System.Runtime.CompilerServices;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Addresses;

namespace IdempotencyGateway.Fraud;

/// <summary>
/// What was found of senders that come again and again, for profiles that look at nothing else (<see cref="FraudProfile.LooksAtSendersAlone"/>): to know one again takes a tenth of the time
/// that looking it up and writing the verdict does. All of it under one configuration and from one state of the files; when either changes, nobody is known.
/// </summary>
/// <remarks>
/// Whoever is found was compared whole. An address has few places that are its own to fill, whatever it pretends to be; and who comes once takes nobody's place, because he would not be
/// asked for again, and what is kept in vain costs the garbage collector more than what is let go of at once.
/// </remarks>
internal sealed class KnownSenders(FraudSnapshot fraud, int filesVersion)
{
    private const int Sets = 512;
    private const int PlacesInASet = 4;

    /// <summary>Characters of one that is kept: whoever sends more is no reason to hold on to it.</summary>
    private const int MaxKeptLength = 1024;

    /// <summary>Half of an IPv6 address is the subscriber's own to choose from.</summary>
    private const int SubscriberBits = 64;

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
        if (sender.Device.Length > MaxKeptLength)
            return;
        var hash = HashOf(risk.Profile, sender);
        var place = PlaceOf(hash, sender);
        if (Interlocked.Exchange(ref _strangers[place], hash) == hash)
            Volatile.Write(ref _kept[place], new(sender, risk));
    }

    private static int HashOf(FraudProfile profile, in Sender sender) =>
        HashCode.Combine(RuntimeHelpers.GetHashCode(profile), sender.Client.Address, sender.Device);

    private static int PlaceOf(int hash, in Sender sender)
    {
        var subscriber = sender.Client.Address switch { null => 0UL, { IsIPv4: true } ipv4 => (ulong)ipv4.Bits, { } ipv6 => (ulong)(ipv6.Bits >> SubscriberBits) };
        return (int)(((uint)HashCode.Combine(subscriber) % Sets * PlacesInASet) + ((uint)hash % PlacesInASet));
    }

    private sealed record Known(Sender Sender, RiskFeature Risk);
}
