using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Recording;
using IdempotencyGateway.Tests.Stores;
using IdempotencyGateway.Tests.Telemetry;
using IdempotencyGateway.Tests.Testing;
using Microsoft.Extensions.Logging;

namespace IdempotencyGateway.Tests.Recording;

/// <summary>What the store could not take when it was due: repeated until it does, and never given up without a word.</summary>
public sealed class DeferredWritesTests : MetricsTest
{
    private const int Limit = 10_000;
    private readonly ManualTimeProvider _time = new();
    private readonly CapturedLog _log = new();
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DeferredWrites _writes;
    private int _attempts;
    private int _failures = int.MaxValue;

    public DeferredWritesTests()
    {
        var factory = LoggerFactory.Create(logging => logging.AddProvider(_log));
        _writes = new(Metrics, _time, factory.CreateLogger<DeferredWrites>());
    }

    [Fact]
    public async Task One_is_tried_again_ever_more_slowly_until_the_store_takes_it()
    {
        int[] pauses = [50, 100, 200, 400, 800, 1600, 3200, 5000, 5000];
        _failures = pauses.Length - 1;
        Add(DeferredEnd.Answer);

        foreach (var pause in pauses.Select(pause => TimeSpan.FromMilliseconds(pause)))
        {
            Assert.False(_finished.Task.IsCompleted);
            await _time.WhenArmedAsync(pause);
            _time.Advance(pause);
        }
        await _finished.Task.OrGiveUp();

        Assert.Equal(pauses.Length, _attempts);
        Assert.Equal((1, 1, 0), Told("answer"));
        await Eventually.TrueAsync("it is no longer waiting", () => _writes.Count == 0);
    }

    [Fact]
    public void One_too_many_is_given_up_at_once_and_told_of()
    {
        for (var i = 0; i < Limit; i++)
            _writes.Add(StoreSamples.Key("k"), DeferredEnd.Doubt, TryAsync, static () => { });

        Add(DeferredEnd.Answer);

        Assert.True(_finished.Task.IsCompletedSuccessfully);
        Assert.Equal((0, 0, 1), Told("answer"));
        Assert.Equal((Limit, 0, 0), Told("doubt"));
        Assert.Contains("was given up", Assert.Single(_log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal((Limit, 0), (_writes.Count, _attempts));
    }

    [Fact]
    public async Task At_the_end_one_is_tried_at_once_and_given_up_when_even_the_reserve_is_over()
    {
        Add(DeferredEnd.Release);
        await _time.WhenArmedAsync(TimeSpan.FromMilliseconds(50));
        using var grace = new CancellationTokenSource();

        var stopping = _writes.StopAsync(grace.Token);
        await Eventually.TrueAsync("it was tried", () => Volatile.Read(ref _attempts) == 1);
        await grace.CancelAsync();
        await _time.WhenArmedAsync(TimeSpan.FromSeconds(2));
        Assert.False(stopping.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        await stopping.OrGiveUp();
        await _finished.Task.OrGiveUp();

        Assert.Equal((1, 0, 1), Told("release"));
        Assert.Contains(_log.Lines, line => line.Contains("was given up", StringComparison.Ordinal));
    }

    private void Add(DeferredEnd end) => _writes.Add(StoreSamples.Key("k"), end, TryAsync, _finished.SetResult);

    private ValueTask<TransitionResult> TryAsync(CancellationToken cancellation) => Interlocked.Increment(ref _attempts) <= _failures
        ? ValueTask.FromException<TransitionResult>(new StoreUnavailableException(StoreFailure.Unreachable, "away"))
        : ValueTask.FromResult(TransitionResult.Applied);

    private (long Deferred, long Done, long Dropped) Told(string end)
    {
        var text = Text();
        return (Count("deferred"), Count("done"), Count("dropped"));

        long Count(string result)
        {
            var series = $"idempotency_gateway_deferred_writes_total{{end=\"{end}\",result=\"{result}\"}} ";
            return text.Split('\n').SingleOrDefault(line => line.StartsWith(series, StringComparison.Ordinal)) is { } line ? long.Parse(line[series.Length..], System.Globalization.CultureInfo.InvariantCulture) : 0;
        }
    }
}
