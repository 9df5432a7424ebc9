using IdempotencyGateway.Core.Keys;
using Microsoft.Net.Http.Headers;

namespace IdempotencyGateway.Fraud;

/// <summary>
/// Names devices, as keyed hashes of what one program on one machine sends alike every time. It does send it every time, so the names of those that came lately are kept: to look at
/// eight texts takes a tenth of the time that hashing them does.
/// </summary>
internal sealed class DeviceIds(StoreSecret secret)
{
    private const int KeptDevices = 1024;

    /// <summary>Characters of one that is kept: whoever sends more is no reason to hold on to it.</summary>
    private const int MaxKeptLength = 1024;

    private static readonly string[] Headers =
        [HeaderNames.UserAgent, HeaderNames.Accept, HeaderNames.AcceptLanguage, HeaderNames.AcceptEncoding, "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform"];

    private readonly Device?[] _kept = new Device?[KeptDevices];

    /// <param name="ja4">The fingerprint of the client's TLS; null where TLS ended in front.</param>
    public SightingKey Of(HttpRequest request, string? ja4)
    {
        var traits = new string[Headers.Length + 1];
        for (var at = 0; at < Headers.Length; at++)
            traits[at] = request.Headers[Headers[at]].ToString();
        traits[^1] = ja4 ?? "";
        var hash = new HashCode();
        foreach (var trait in traits)
            hash.Add(trait, StringComparer.Ordinal);
        ref var kept = ref _kept[(uint)hash.ToHashCode() % KeptDevices];
        if (Volatile.Read(ref kept) is { } known && known.Traits.AsSpan().SequenceEqual(traits))
            return known.Key;
        var key = SightingKey.Derive(secret, SightingKind.Device, traits);
        if (traits.Sum(trait => trait.Length) <= MaxKeptLength)
            Volatile.Write(ref kept, new(traits, key));
        return key;
    }

    private sealed record Device(string[] Traits, SightingKey Key);
}
