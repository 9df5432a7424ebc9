using System.Threading.Tasks.Sources;

namespace IdempotencyGateway.Stores.Redis.Direct;

/// <summary>A command that awaits its reply. It ends with whatever comes first: the reply, the timeout, the caller's cancellation, or the loss of the connection.</summary>
internal sealed class PendingCommand : WaitingCaller, IValueTaskSource<DirectReply>
{
    private ManualResetValueTaskSourceCore<DirectReply> _core;
    private CancellationTokenRegistration _leaving;
    private DirectReply _reply;
    private Exception? _failure;
    private int _ended;

    /// <param name="deadline">A timestamp of the clock.</param>
    public PendingCommand(long deadline) => Deadline = deadline;

    public long Deadline { get; }

    public ValueTask<DirectReply> Reply => new(this, _core.Version);

    /// <summary>Called before the command is queued, so no other thread uses it yet.</summary>
    public void EndWith(CancellationToken cancellation)
    {
        if (cancellation.CanBeCanceled)
            _leaving = cancellation.UnsafeRegister(static (command, token) => ((PendingCommand)command!).Fail(new OperationCanceledException(token)), this);
    }

    /// <summary>For a command that was not queued after all.</summary>
    public void Forget() => TryEnd();

    /// <param name="together">Collects the commands whose replies arrived together, to resume their callers as a batch.</param>
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
