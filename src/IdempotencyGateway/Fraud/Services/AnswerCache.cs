using System.Security.Cryptography;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Fraud.Services;

/// <summary>
/// A bounded cache of services' recent answers. The key is the service with its configuration and a keyed hash of the question, so no address
/// is stored. It has two generations, like <c>TrackMemory</c>: when the young one reaches half the limit, it becomes the old one, and the old one is dropped.
/// </summary>
/// <param name="limit">The most answers to keep, of about 600 bytes each.</param>
internal sealed class AnswerCache(TimeProvider clock, int limit = AnswerCache.DefaultLimit)
{
    public const int DefaultLimit = 4096;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _lock = new();
    private Dictionary<(ExternalSource, Digest256), Kept> _young = [];
    private Dictionary<(ExternalSource, Digest256), Kept> _old = [];

    public int Count
    {
        get
        {
            lock (_lock)
                return _young.Count + _old.Count;
        }
    }

    /// <returns>Null when there is no answer, or when it has expired.</returns>
    public ServiceAnswer? Find(ExternalSource service, ReadOnlySpan<byte> question)
    {
        var name = (service, Digest(question));
        lock (_lock)
        {
            return (_young.TryGetValue(name, out var kept) || _old.TryGetValue(name, out kept)) && clock.GetElapsedTime(kept.At) < service.CacheFor ? kept.Answer : null;
        }
    }

    public void Keep(ExternalSource service, ReadOnlySpan<byte> question, ServiceAnswer answer)
    {
        var name = (service, Digest(question));
        lock (_lock)
        {
            if (_young.Count >= limit / 2)
                (_old, _young) = (_young, []);
            _old.Remove(name);
            _young[name] = new(answer, clock.GetTimestamp());
        }
    }

    private Digest256 Digest(ReadOnlySpan<byte> question) => Digest256.Read(HMACSHA256.HashData(_key, question));

    private readonly record struct Kept(ServiceAnswer Answer, long At);
}
