namespace SimulatedProvider.Ids;

/// <summary>Numbers the standalone checks, which leave nothing behind but the id of their request.</summary>
internal sealed class RequestIds(ulong seed)
{
    // Another stream than the sessions' ids.
    private readonly SeededIds _ids = new(~seed);
    private long _last;

    public Guid Next() => _ids.IdOf(Interlocked.Increment(ref _last));
}
