namespace IdempotencyGateway.Stores.RedLock;

/// <summary>One question to all nodes at once. It ends with the rule's decision or with the time; answers that come later still count for tidying up.</summary>
internal sealed class QuorumRound
{
    private readonly Lock _gate = new();
    private readonly NodeOutcome?[] _outcomes;
    private readonly Task<NodeOutcome>[] _asked;
    private readonly TaskCompletionSource<QuorumOutcome> _decided = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private QuorumRound(IReadOnlyList<IGuardNode> nodes, Func<IGuardNode, Task<NodeOutcome>> ask)
    {
        _outcomes = new NodeOutcome?[nodes.Count];
        _asked = [.. nodes.Select(ask)];
        for (var node = 0; node < _asked.Length; node++)
            _ = ObserveAsync(node);
    }

    /// <summary>Every node is asked before this returns; none is waited for.</summary>
    public static QuorumRound Ask(IReadOnlyList<IGuardNode> nodes, Func<IGuardNode, Task<NodeOutcome>> ask) => new(nodes, ask);

    /// <summary>What is known by now; null where no answer has come.</summary>
    public NodeOutcome?[] Outcomes
    {
        get
        {
            lock (_gate)
                return [.. _outcomes];
        }
    }

    /// <summary>What the answers say together, at the latest after <paramref name="atMost"/>; who has not answered by then counts as timed out.</summary>
    public async Task<QuorumOutcome> DecideAsync(TimeSpan atMost, TimeProvider clock)
    {
        await ((Task)_decided.Task.WaitAsync(atMost, clock)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _decided.Task.IsCompleted
            ? await _decided.Task
            : QuorumRule.Decide([.. Outcomes.Select(outcome => outcome ?? NodeOutcome.TimedOut.Instance)])!;
    }

    /// <summary>Waits for every node, or for the time, whichever is first.</summary>
    public Task WaitForAllAsync(TimeSpan atMost, TimeProvider clock) =>
        ((Task)Task.WhenAll(_asked).WaitAsync(atMost, clock)).ContinueWith(
            static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>
    /// After a failed attempt: where the question may have left something, <paramref name="release"/> follows it, on each node as soon as
    /// that node has answered. Nobody waits for it.
    /// </summary>
    public void Undo(IReadOnlyList<IGuardNode> nodes, Func<IGuardNode, Task<NodeOutcome>> release)
    {
        for (var node = 0; node < _asked.Length; node++)
            _ = UndoAsync(_asked[node], nodes[node], release);
    }

    private static async Task UndoAsync(Task<NodeOutcome> asked, IGuardNode node, Func<IGuardNode, Task<NodeOutcome>> release)
    {
        if (await asked is NodeOutcome.Acquired or NodeOutcome.Unreachable)
            await release(node);
    }

    private async Task ObserveAsync(int node)
    {
        var outcome = await _asked[node];
        QuorumOutcome? decision;
        lock (_gate)
        {
            _outcomes[node] = outcome;
            decision = QuorumRule.Decide(_outcomes);
        }
        if (decision is not null)
            _decided.TrySetResult(decision);
    }
}
