namespace IdempotencyGateway.Protection.Encryption;

/// <summary>The keys under which records are encrypted: the active one for new records, all of them for existing ones.</summary>
public sealed class KeyRing
{
    public const int MostKeys = 64;

    private readonly Dictionary<ulong, RingKey> _byId = [];

    /// <param name="keys">In order of creation.</param>
    /// <param name="active">One of <paramref name="keys"/>.</param>
    public KeyRing(IReadOnlyList<RingKey> keys, RingKey active)
    {
        Keys = keys;
        Active = active;
        foreach (var key in keys)
            _byId.TryAdd(key.Id, key);
        if (!_byId.ContainsKey(active.Id))
            throw new ArgumentException("the active key is not in the ring", nameof(active));
    }

    public IReadOnlyList<RingKey> Keys { get; }

    public RingKey Active { get; }

    public RingKey? Find(ulong id) => _byId.GetValueOrDefault(id);

    /// <summary>A ring that can also open what was sealed under <paramref name="other"/>.</summary>
    public KeyRing With(RingKey other) => new([.. Keys, other], Active);
}
