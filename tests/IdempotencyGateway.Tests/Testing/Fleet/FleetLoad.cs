using System.Collections.Concurrent;

namespace IdempotencyGateway.Tests.Testing.Fleet;

/// <summary>
/// Load on a fleet: every key is sent to two replicas at once, and both requests are retried at alternating replicas until they have a final answer.
/// Fails if two answers to one key differ.
/// </summary>
internal sealed class FleetLoad(GatewayFleet fleet)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(25);

    private readonly ConcurrentDictionary<string, string> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _recorded = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _inDoubt = new(StringComparer.Ordinal);
    private int _keys;
    private int _refused;
    private int _unreached;

    /// <summary>The keys for which any client got the provider's answer, each with its body.</summary>
    public IReadOnlyDictionary<string, string> Answers => _answers;

    public override string ToString() =>
        $"{_answers.Count} keys answered, {_recorded.Count} of them recorded; {_inDoubt.Count} called in doubt, {_inDoubt.Keys.Count(key => !_answers.ContainsKey(key))} to the end; "
        + $"{_refused} times 503, {_unreached} times no answer";

    /// <summary>Generates load while <paramref name="trouble"/> runs. On return every key that was started has its final answers.</summary>
    public async Task RunAsync(int clients, Func<Task> trouble)
    {
        using var over = new CancellationTokenSource();
        var load = Enumerable.Range(0, clients).Select(_ => Task.Run(() => SendAsync(over.Token))).ToArray();
        await Task.WhenAll([.. load, MakeTroubleAsync()]);

        async Task MakeTroubleAsync()
        {
            try
            {
                await trouble();
            }
            finally
            {
                await over.CancelAsync();
            }
        }
    }

    /// <summary>Sends one key to two replicas at once and returns both final answers.</summary>
    public Task<FleetAnswer[]> RaceAsync(int number) =>
        Task.WhenAll(AskUntilFinalAsync($"key-{number}", number), AskUntilFinalAsync($"key-{number}", number + 1));

    /// <summary>Sends a key to one replica after another until an answer is final.</summary>
    public async Task<FleetAnswer> AskUntilFinalAsync(string key, int at)
    {
        using var limit = new CancellationTokenSource(Patience.Limit * 2);
        using var pauses = new PeriodicTimer(RetryPause);
        for (; ; at++)
        {
            var answer = await fleet[at % fleet.Count].AskAsync(key, limit.Token);
            if (answer.IsFinal)
            {
                Remember(key, answer);
                return answer;
            }
            _ = answer.Outcome switch
            {
                FleetOutcome.Refused => Interlocked.Increment(ref _refused),
                FleetOutcome.Unreached => Interlocked.Increment(ref _unreached),
                _ => 0,
            };
            await pauses.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>Keeps what a client was told, and asserts that it does not contradict an earlier answer to the key.</summary>
    public void Remember(string key, FleetAnswer answer)
    {
        if (answer.Outcome == FleetOutcome.InDoubt)
            _inDoubt.TryAdd(key, 0);
        if (!answer.IsAnswered)
            return;
        Assert.Equal(_answers.GetOrAdd(key, answer.Body), answer.Body);
        if (answer.IsRecorded)
            _recorded.TryAdd(key, 0);
    }

    /// <summary>
    /// Asserts that a newly added replica replays every answer that a client saw as recorded, and executes none of the other keys: each is in doubt or has been recorded meanwhile.
    /// </summary>
    public async Task AssertKeptAsync(Replica late)
    {
        await Parallel.ForEachAsync(_recorded.Keys, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (key, _) =>
            Assert.Equal(new(FleetOutcome.Replayed, _answers[key]), await AskUntilToldAsync(late, key)));
        foreach (var key in _answers.Keys.Union(_inDoubt.Keys).Except(_recorded.Keys))
            Assert.Contains((await AskUntilToldAsync(late, key)).Outcome, (FleetOutcome[])[FleetOutcome.InDoubt, FleetOutcome.Replayed]);
    }

    /// <summary>Asks one replica, and retries while the store or the replica is unavailable.</summary>
    private static async Task<FleetAnswer> AskUntilToldAsync(Replica replica, string key)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pauses = new PeriodicTimer(RetryPause);
        while (true)
        {
            var answer = await replica.AskAsync(key, limit.Token);
            if (answer.Outcome is not (FleetOutcome.Refused or FleetOutcome.Unreached))
                return answer;
            await pauses.WaitForNextTickAsync(limit.Token);
        }
    }

    private async Task SendAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
            await RaceAsync(Interlocked.Increment(ref _keys));
    }
}
