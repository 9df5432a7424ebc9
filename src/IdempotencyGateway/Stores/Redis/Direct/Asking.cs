using System.Threading.Tasks.Sources;

namespace IdempotencyGateway.Stores.Redis.Direct;

/// <summary>One command that waits for its reply. Whatever comes first ends it: the reply, the end of patience, the caller leaving, the connection lost.</summary>
internal sealed class Asking : WaitingCaller, IValueTaskSource<DirectReply>
{
    private ManualResetValueTaskSourceCore<DirectReply> _core;
    private CancellationTokenRegistration _leaving;
    private DirectReply _reply;
    private Exception? _failure;
    private int _ended;

    /// <param name="deadline">On the clock's own scale.</param>
    public Asking(long deadline) => Deadline = deadline;

    public long Deadline { get; }

    public ValueTask<DirectReply> Reply => new(this, _core.Version);

    /// <summary>Before it is written, so that nobody else knows of it yet.</summary>
    public void EndWith(CancellationToken cancellation)
    {
        if (cancellation.CanBeCanceled)
            _leaving = cancellation.UnsafeRegister(static (asking, token) => ((Asking)asking!).Fail(new OperationCanceledException(token)), this);
    }

    /// <summary>It was not written after all.</summary>
    public void Forget() => TryEnd();

    /// <param name="together">Whoever got a reply at the same time.</param>
    public void Answer(DirectReply reply, ref Group together)
    {
        if (!TryEnd())
            return;
        _reply = reply;
        together.Add(this);
    }

    public void Fail(Exception reason)
    {
        if (!TryEnd())
            return;
        _failure = reason;
        ResumeOnThreadPool();
    }

    public DirectReply GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    protected override void Resume()
    {
        if (_failure is null)
            _core.SetResult(_reply);
        else
            _core.SetException(_failure);
    }

    private bool TryEnd()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return false;
        _leaving.Unregister();
        return true;
    }
}
