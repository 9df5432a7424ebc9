using SimulatedProvider.Ids;

namespace SimulatedProvider.Sessions;

/// <summary>Numbers sessions from 1 and keeps the latest ones. Thread-safe without locks.</summary>
internal sealed class SessionBook
{
    private readonly Session?[] _latest;
    private long _lastNumber;
    private long _pings;

    public SessionBook(ulong seed, int kept)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(kept, 1);
        Ids = new SeededIds(seed);
        _latest = new Session?[kept];
    }

    public SeededIds Ids { get; }

    public Session Open(SessionDetails details)
    {
        var number = Interlocked.Increment(ref _lastNumber);
        var session = new Session(number, Ids.IdOf(number), details);
        Volatile.Write(ref SlotOf(number), session);
        return session;
    }

    public Session? Find(Guid id)
    {
        var session = Volatile.Read(ref SlotOf(Ids.NumberOf(id)));
        return session?.Id == id ? session : null;
    }

    /// <returns>False when there was no such session, or when a concurrent call deleted it.</returns>
    public bool Delete(Guid id) =>
        Find(id) is { } session && Interlocked.CompareExchange(ref SlotOf(session.Number), null, session) == session;

    /// <summary>Counts a ping, and returns its number across all sessions.</summary>
    public long Ping() => Interlocked.Increment(ref _pings);

    private ref Session? SlotOf(long number) => ref _latest[number % _latest.Length];
}
