namespace SimulatedProvider.Ids;

/// <summary>Generates the request ids of the standalone checks, which store nothing.</summary>
internal sealed class RequestIds(ulong seed)
{
    // The inverted seed gives a different sequence from the sessions' ids.
    private readonly SeededIds _ids = new(~seed);
    private long _last;

    public Guid Next() => _ids.IdOf(Interlocked.Increment(ref _last));
}
