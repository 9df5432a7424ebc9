namespace IdempotencyGateway.Intake;

/// <summary>How much memory request bodies may hold together. Taken before it is allocated, given back when it is returned.</summary>
public sealed class MemoryBudget(long limitInBytes)
{
    private long _used;

    public long LimitInBytes { get; } = limitInBytes;

    public long UsedInBytes => Interlocked.Read(ref _used);

    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= LimitInBytes)
            return true;
        Interlocked.Add(ref _used, -bytes);
        return false;
    }

    public void Return(int bytes) => Interlocked.Add(ref _used, -bytes);
}
