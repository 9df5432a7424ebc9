using System.Threading.Tasks.Sources;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>One caller's piece of work, on its way through the writer: attempted (perhaps twice), then published once.</summary>
internal abstract class StoreOperation : WaitingCaller
{
    /// <summary>Lets the callers of a group see their outcomes. Only after the commit.</summary>
    /// <param name="here">Whose caller is this thread's own.</param>
    public static void PublishAll(ReadOnlySpan<StoreOperation> group, StoreOperation? here)
    {
        here?.GoOn();
        var others = new Group();
        foreach (var operation in group)
        {
            if (operation != here)
                others.Add(operation);
        }
        others.GoOn();
    }

    /// <summary>True once the caller stopped waiting; work that has not begun is then not begun.</summary>
    public abstract bool IsAbandoned { get; }

    /// <summary>
    /// Runs the work inside the transaction and keeps what came of it; the caller sees nothing yet. Throws when the
    /// transaction has to be rolled back.
    /// </summary>
    public abstract void Attempt(WriterSession session, StoreTime now);

    /// <summary>Replaces whatever an attempt left.</summary>
    public abstract void Fail(Exception failure);
}

/// <summary>An operation with its result: one object for the work, the queue and the awaiting caller.</summary>
/// <param name="arguments">Handed to the work, so that one that stands in every exchange needs no closure.</param>
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

    /// <summary>It was not taken in: nobody will publish it.</summary>
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
            // Thrown before anything was written, so its neighbours need not suffer.
            _failure = refusal;
        }
    }

    public override void Fail(Exception failure) => _failure = failure;

    protected override void GoOn()
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
        // Whoever cancels has other things to do than to go on for the caller.
        ThreadPool.UnsafeQueueUserWorkItem(
            static abandoned => abandoned.Operation._source.SetException(new OperationCanceledException(abandoned.Token)), (Operation: this, Token: token), preferLocal: false);
    }
}
