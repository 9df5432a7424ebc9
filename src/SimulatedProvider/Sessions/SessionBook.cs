using SimulatedProvider.Ids;

namespace SimulatedProvider.Sessions;

/// <summary>Counts sessions from 1 and keeps the latest of them. Lock-free.</summary>
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

    /// <returns>False when it was not there, or another caller was faster.</returns>
    public bool Delete(Guid id) =>
        Find(id) is { } session && Interlocked.CompareExchange(ref SlotOf(session.Number), null, session) == session;

    /// <summary>The number of this ping, over all sessions.</summary>
    public long Ping() => Interlocked.Increment(ref _pings);

    private ref Session? SlotOf(long number) => ref _latest[number % _latest.Length];
}
