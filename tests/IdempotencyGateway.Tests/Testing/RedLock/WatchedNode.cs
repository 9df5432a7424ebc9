using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Stores.RedLock;

namespace IdempotencyGateway.Tests.Testing.RedLock;

/// <summary>A real node behind a door that a test keeps: questions wait before it, as they would in a paused server's socket, and in order.</summary>
internal sealed class WatchedNode(IGuardNode node) : IGuardNode
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _door = Task.CompletedTask;

    /// <summary>The first time an entry has been let go here.</summary>
    public Task Released => _released.Task;

    /// <summary>Runs before each raise.</summary>
    public Func<Task> BeforeRaise { get; set; } = () => Task.CompletedTask;

    /// <summary>What is asked here runs, and whoever asked to reserve hears nothing of it.</summary>
    public bool LosesReplies { get; set; }

    public void Close(Gate gate) => _door = gate.Opened;

    public Task<NodeOutcome> ClaimAsync(Guard guard, TimeSpan timeToLive) => PassAsync(async () =>
    {
        var outcome = await node.ClaimAsync(guard, timeToLive);
        return LosesReplies ? new NodeOutcome.Unreachable("the reply is lost because the test says so") : outcome;
    });

    public Task<NodeOutcome> RaiseAsync(Guard guard, TimeSpan retention) => PassAsync(async () =>
    {
        await BeforeRaise();
        return await node.RaiseAsync(guard, retention);
    });

    public Task<NodeOutcome> TakeAsync(Guard guard, TimeSpan retention) => PassAsync(() => node.TakeAsync(guard, retention));

    public async Task<NodeOutcome> ReleaseAsync(ClaimTicket ticket, long? attempt)
    {
        var outcome = await PassAsync(() => node.ReleaseAsync(ticket, attempt));
        _released.TrySetResult();
        return outcome;
    }

    public Task<NodeOutcome> LookAsync(StorageKey key) => PassAsync(() => node.LookAsync(key));

    public ValueTask DisposeAsync() => node.DisposeAsync();

    private Task<NodeOutcome> PassAsync(Func<Task<NodeOutcome>> question)
    {
        lock (_gate)
        {
            var passed = AskAfterAsync(_door, question);
            // What comes later stands behind it.
            if (!_door.IsCompleted)
                _door = passed;
            return passed;
        }
    }

    private static async Task<NodeOutcome> AskAfterAsync(Task door, Func<Task<NodeOutcome>> question)
    {
        await door;
        return await question();
    }
}
