using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Recording;
using IdempotencyGateway.Tests.Stores;
using IdempotencyGateway.Tests.Telemetry;
using IdempotencyGateway.Tests.Testing;
using Microsoft.Extensions.Logging;

namespace IdempotencyGateway.Tests.Recording;

/// <summary>Writes that the store could not take are retried with back-off until they succeed or the process ends.</summary>
public sealed class DeferredWritesTests : MetricsTest
{
    private const int Limit = 10_000;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(2);

    private readonly ManualTimeProvider _time = new();
    private readonly CapturedLog _log = new();
    private readonly ArrivalLog<CancellationToken> _askings = new("askings");
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Each_pause_is_twice_as_long_as_the_one_before_and_five_seconds_at_most()
    {
        using var writes = Make();
        writes.Add(StoreSamples.Key("k"), DeferredEnd.Answer, Fail, _finished.SetResult);

        foreach (var milliseconds in (int[])[50, 100, 200, 400, 800, 1600, 3200, 5000, 5000])
        {
            var pause = TimeSpan.FromMilliseconds(milliseconds);
            await _time.WhenArmedAsync(pause);
            _time.Advance(pause);
        }
        await _askings.Reached(9);

        Assert.Equal((1, false), (writes.CountOf(DeferredEnd.Answer), _finished.Task.IsCompleted));
    }

    [Fact]
    public async Task A_deferred_write_that_succeeds_is_done_once()
    {
        using var writes = Make();
        writes.Add(StoreSamples.Key("k"), DeferredEnd.Doubt, Take, _finished.SetResult);
        await _time.WhenArmedAsync(FirstPause);

        _time.Advance(FirstPause);
        await _finished.Task.OrGiveUp();

        await Eventually.TrueAsync("no deferred write is left", () => writes.Count == 0);
        Assert.Equal(1, _askings.Count);
        Assert.Equal((1, 1, 0), (Counted("doubt", "deferred"), Counted("doubt", "done"), Counted("doubt", "dropped")));
    }

    [Fact]
    public void What_there_is_no_room_for_is_given_up_at_once()
    {
        using var writes = Make();
        for (var i = 0; i < Limit; i++)
            writes.Add(StoreSamples.Key("k"), DeferredEnd.Answer, Fail, static () => { });

        writes.Add(StoreSamples.Key("k"), DeferredEnd.Release, Fail, _finished.SetResult);

        Assert.Equal((Limit, true), (writes.Count, _finished.Task.IsCompleted));
        Assert.Equal((0, 1), (Counted("release", "deferred"), Counted("release", "dropped")));
        Assert.Contains("was given up", Assert.Single(_log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_the_end_it_is_tried_at_once_and_given_up_when_grace_time_and_reserve_are_over()
    {
        using var writes = Make();
        using var grace = new CancellationTokenSource();
        writes.Add(StoreSamples.Key("k"), DeferredEnd.Answer, Fail, _finished.SetResult);
        await _time.WhenArmedAsync(FirstPause);

        var stopping = writes.StopAsync(grace.Token);
        await _askings.Reached(1);
        await grace.CancelAsync();
        await _time.WhenArmedAsync(Reserve);
        Assert.False(_finished.Task.IsCompleted);
        _time.Advance(Reserve);

        await stopping.OrGiveUp();
        await _finished.Task.OrGiveUp();
        Assert.Equal((0, 1), (Counted("answer", "done"), Counted("answer", "dropped")));
    }

    [Fact]
    public async Task A_store_that_does_not_answer_holds_the_end_up_no_longer()
    {
        using var writes = Make();
        writes.Add(StoreSamples.Key("k"), DeferredEnd.Answer, Hang, _finished.SetResult);
        await _time.WhenArmedAsync(FirstPause);

        var stopping = writes.StopAsync(new CancellationToken(canceled: true));
        await _askings.Reached(1);
        await _time.WhenArmedAsync(Reserve);
        _time.Advance(Reserve);

        await stopping.OrGiveUp();
        await _finished.Task.OrGiveUp();
    }

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(OperationCanceledException))]
    public async Task A_bug_ends_a_deferred_write_and_is_logged(Type bug)
    {
        using var writes = Make();
        writes.Add(StoreSamples.Key("k"), DeferredEnd.Answer, _ => throw (Exception)Activator.CreateInstance(bug)!, _finished.SetResult);
        await _time.WhenArmedAsync(FirstPause);

        _time.Advance(FirstPause);
        await _finished.Task.OrGiveUp();

        Assert.Equal((0, 1), (Counted("answer", "done"), Counted("answer", "dropped")));
        Assert.Contains(bug.Name, Assert.Single(_log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private DeferredWrites Make() => new(Metrics, _time, LoggerFactory.Create(logging => logging.AddProvider(_log)).CreateLogger<DeferredWrites>());

    private ValueTask<TransitionResult> Fail(CancellationToken cancellation)
    {
        _askings.Add(cancellation);
        throw new StoreUnavailableException(StoreFailure.Unreachable, "because the test says so");
    }

    private ValueTask<TransitionResult> Take(CancellationToken cancellation)
    {
        _askings.Add(cancellation);
        return new(TransitionResult.Applied);
    }

    private ValueTask<TransitionResult> Hang(CancellationToken cancellation)
    {
        _askings.Add(cancellation);
        return new(new TaskCompletionSource<TransitionResult>().Task.WaitAsync(cancellation));
    }

    private double Counted(string end, string result) =>
        ObservedGateway.Value(Text(), $$"""idempotency_gateway_deferred_writes_total{end="{{end}}",result="{{result}}"}""") ?? 0;
}
