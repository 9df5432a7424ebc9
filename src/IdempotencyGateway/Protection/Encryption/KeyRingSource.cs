namespace IdempotencyGateway.Protection.Encryption;

/// <summary>The ring in force. It can be exchanged while records are sealed and opened.</summary>
/// <param name="ring">The first.</param>
public sealed class KeyRingSource(KeyRing ring)
{
    private KeyRing _current = ring;

    public KeyRing Current => Volatile.Read(ref _current);

    /// <summary>The file to watch for another ring, and what is read from it besides; null when this one never changes.</summary>
    internal WatchedRing? Watched { get; init; }

    public void Replace(KeyRing next) => Volatile.Write(ref _current, next);
}

/// <summary>A ring that lies in a file.</summary>
/// <param name="AlsoOpens">The key of the store secret: records may be older than the ring.</param>
internal sealed record WatchedRing(string Path, RingKey AlsoOpens)
{
    /// <exception cref="KeyRingException">The message says what to change.</exception>
    public KeyRing Read() => KeyRingFile.Read(Path).With(AlsoOpens);
}
