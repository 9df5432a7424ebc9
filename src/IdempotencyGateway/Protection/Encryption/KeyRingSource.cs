namespace IdempotencyGateway.Protection.Encryption;

/// <summary>Holds the key ring in force, which may be replaced while records are sealed and opened.</summary>
/// <param name="ring">The initial ring.</param>
public sealed class KeyRingSource(KeyRing ring)
{
    private KeyRing _current = ring;

    public KeyRing Current => Volatile.Read(ref _current);

    /// <summary>The file to watch for a changed ring; null when the ring never changes.</summary>
    internal WatchedRing? Watched { get; init; }

    public void Replace(KeyRing next) => Volatile.Write(ref _current, next);
}

/// <summary>A key ring in a file.</summary>
/// <param name="AlsoOpens">The key derived from the store secret, because records may be older than the ring.</param>
internal sealed record WatchedRing(string Path, RingKey AlsoOpens)
{
    /// <exception cref="KeyRingException">The message says what to change.</exception>
    public KeyRing Read() => KeyRingFile.Read(Path).With(AlsoOpens);
}
