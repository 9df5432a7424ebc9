using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Fraud;

/// <summary>
/// Identifies devices by keyed hashes of their <see cref="DeviceTraits"/>. Recent devices are cached, because they send the same traits every time, and comparing eight texts takes a
/// tenth of the time that hashing them does.
/// </summary>
internal sealed class DeviceIds(StoreSecret secret)
{
    private const int KeptDevices = 1024;

    private readonly Device?[] _kept = new Device?[KeptDevices];

    public SightingKey Of(DeviceTraits traits)
    {
        ref var kept = ref _kept[(uint)traits.GetHashCode() % KeptDevices];
        if (Volatile.Read(ref kept) is { } known && known.Traits == traits)
            return known.Key;
        var key = SightingKey.Derive(secret, SightingKind.Device, traits.InOrder());
        if (traits.MayBeKept)
            Volatile.Write(ref kept, new(traits, key));
        return key;
    }

    private sealed record Device(DeviceTraits Traits, SightingKey Key);
}
