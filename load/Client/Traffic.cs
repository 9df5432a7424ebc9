namespace IdempotencyGateway.Load.Client;

/// <summary>What a scenario sends, and where to. The calls are numbered from 0, over all connections and phases, and the number decides the call.</summary>
internal sealed class Traffic(IReadOnlyList<Uri> targets, Func<long, Call> call)
{
    private long _begun;

    /// <summary>Connections take them in turns.</summary>
    public IReadOnlyList<Uri> Targets => targets;

    public long Begun => Volatile.Read(ref _begun);

    public Call Next() => call(Interlocked.Increment(ref _begun) - 1);
}
