using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Stores.RedLock;

namespace IdempotencyGateway.Tests.Testing.RedLock;

/// <summary>A decorator of a real node that can hold requests at a gate, in order, as the socket of a paused server would.</summary>
internal sealed class GatedNode(IGuardNode node) : IGuardNode
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _previous = Task.CompletedTask;

    /// <summary>Completes when the first release of an entry on this node has been answered.</summary>
    public Task Released => _released.Task;

    /// <summary>Runs before each raise of an entry's expiry to the retention.</summary>
    public Func<Task> BeforeRaise { get; set; } = () => Task.CompletedTask;

    /// <summary>Whether claims run on the node but appear unreachable to the caller.</summary>
    public bool LosesReplies { get; set; }

    /// <summary>Holds all later requests until the gate opens.</summary>
    public void HoldUntil(Gate gate) => _previous = gate.Opened;

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
            var passed = AskAfterAsync(_previous, question);
            // While requests are held, each waits for the one before it, which keeps them in order.
            if (!_previous.IsCompleted)
                _previous = passed;
            return passed;
        }
    }

    private static async Task<NodeOutcome> AskAfterAsync(Task previous, Func<Task<NodeOutcome>> question)
    {
        await previous;
        return await question();
    }
}
