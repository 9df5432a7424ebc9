namespace IdempotencyGateway.Load.Client;

/// <summary>What a scenario sends, and where. Calls are numbered from 0 across all connections and phases; the number determines the call.</summary>
internal sealed class Traffic(IReadOnlyList<Uri> targets, Func<long, Call> call)
{
    private long _begun;

    /// <summary>The connections are spread over these round-robin.</summary>
    public IReadOnlyList<Uri> Targets => targets;

    public long Begun => Volatile.Read(ref _begun);

    public Call Next() => call(Interlocked.Increment(ref _begun) - 1);
}
