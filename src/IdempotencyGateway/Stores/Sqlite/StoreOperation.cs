using System.Threading.Tasks.Sources;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>One caller's operation in the writer's queue: attempted once or twice (again alone, after its group failed), then published once.</summary>
internal abstract class StoreOperation : WaitingCaller
{
    /// <summary>Completes the tasks of a group's callers. Only after the group is durable.</summary>
    /// <param name="inline">The operation that this thread submitted, if any: its caller needs no pool thread.</param>
    public static void PublishAll(ReadOnlySpan<StoreOperation> group, StoreOperation? inline)
    {
        inline?.Resume();
        var others = new Group();
        foreach (var operation in group)
        {
            if (operation != inline)
                others.Add(operation);
        }
        others.Resume();
    }

    /// <summary>True once the caller stopped waiting. Work that has not started is then skipped.</summary>
    public abstract bool IsAbandoned { get; }

    /// <summary>
    /// Runs the work inside the transaction and stores its outcome, which the caller does not see yet. Throws when the
    /// group has to be rolled back.
    /// </summary>
    public abstract void Attempt(WriterSession session, StoreTime now);

    /// <summary>Replaces the outcome of an attempt by a failure.</summary>
    public abstract void Fail(Exception failure);
}

/// <summary>An operation with its result. One object serves as work item, queue entry and awaitable, to save allocations.</summary>
/// <param name="arguments">Passed to <paramref name="work"/>, so that operations on the hot path need no closure.</param>
internal sealed class StoreOperation<TArguments, T>(TArguments arguments, Func<WriterSession, TArguments, StoreTime, T> work) : StoreOperation, IValueTaskSource<T>
{
    private ManualResetValueTaskSourceCore<T> _source;
    private CancellationTokenRegistration _cancellation;
    private T? _result;
    private Exception? _failure;
    private int _ended;

    public ValueTask<T> Task => new(this, _source.Version);

    public override bool IsAbandoned => Volatile.Read(ref _ended) != 0;

    public void AbandonOn(CancellationToken cancellation) => _cancellation = cancellation.UnsafeRegister(
        static (operation, token) => ((StoreOperation<TArguments, T>)operation!).Abandon(token), this);

    /// <summary>For an operation that the queue rejected and that will never be published.</summary>
    public void Forget() => _cancellation.Unregister();

    public override void Attempt(WriterSession session, StoreTime now)
    {
        _failure = null;
        try
        {
            _result = work(session, arguments, now);
        }
        catch (StoreUnavailableException refusal)
        {
            // Thrown before anything was written, so the rest of the group is unaffected.
            _failure = refusal;
        }
    }

    public override void Fail(Exception failure) => _failure = failure;

    protected override void Resume()
    {
        _cancellation.Unregister();
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        if (_failure is null)
            _source.SetResult(_result!);
        else
            _source.SetException(_failure);
    }

    T IValueTaskSource<T>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Abandon(CancellationToken token)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        // The thread that cancels must not run the caller's continuation.
        ThreadPool.UnsafeQueueUserWorkItem(
            static abandoned => abandoned.Operation._source.SetException(new OperationCanceledException(abandoned.Token)), (Operation: this, Token: token), preferLocal: false);
    }
}
