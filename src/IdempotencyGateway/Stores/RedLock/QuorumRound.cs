namespace IdempotencyGateway.Stores.RedLock;

/// <summary>One operation on all nodes at once. It ends with a decision by <see cref="QuorumRule"/> or with the timeout. Later replies still matter for undoing it.</summary>
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

    /// <summary>Starts the operation on every node and waits for none.</summary>
    public static QuorumRound Ask(IReadOnlyList<IGuardNode> nodes, Func<IGuardNode, Task<NodeOutcome>> ask) => new(nodes, ask);

    /// <summary>The outcomes so far; null for nodes that have not answered.</summary>
    public NodeOutcome?[] Outcomes
    {
        get
        {
            lock (_gate)
                return [.. _outcomes];
        }
    }

    /// <summary>The quorum's decision, at the latest after <paramref name="atMost"/>. Nodes that have not answered by then count as timed out.</summary>
    public async Task<QuorumOutcome> DecideAsync(TimeSpan atMost, TimeProvider clock)
    {
        await ((Task)_decided.Task.WaitAsync(atMost, clock)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _decided.Task.IsCompleted
            ? await _decided.Task
            : QuorumRule.Decide([.. Outcomes.Select(outcome => outcome ?? NodeOutcome.TimedOut.Instance)])!;
    }

    /// <summary>Waits until every node has answered, or for <paramref name="atMost"/>.</summary>
    public Task WaitForAllAsync(TimeSpan atMost, TimeProvider clock) =>
        ((Task)Task.WhenAll(_asked).WaitAsync(atMost, clock)).ContinueWith(
            static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>
    /// After a failed attempt: runs <paramref name="release"/> on each node on which the operation may have left an entry, as soon as
    /// that node has answered. In the background.
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
