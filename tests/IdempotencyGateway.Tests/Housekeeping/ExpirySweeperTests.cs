using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Housekeeping;
using IdempotencyGateway.Tests.Admin;
using IdempotencyGateway.Tests.Testing;
using Microsoft.Extensions.Logging;

namespace IdempotencyGateway.Tests.Housekeeping;

/// <summary>Failures of the expiry sweep are logged and do not affect requests.</summary>
public sealed class ExpirySweeperTests : AdminTest
{
    private static readonly TimeSpan BetweenPasses = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(OperationCanceledException))]
    public async Task A_bug_in_the_store_is_told_and_tried_again_in_a_minute(Type bug)
    {
        var time = new ManualTimeProvider();
        var log = new CapturedLog();
        var sweep = new BrokenSweep(bug);
        using var sweeper = new ExpirySweeper(sweep, time, LoggerFactory.Create(logging => logging.AddProvider(log)).CreateLogger<ExpirySweeper>());

        await sweeper.StartAsync(CancellationToken.None);
        await time.WhenArmedAsync(BetweenPasses);
        time.Advance(BetweenPasses);
        await sweep.Askings.Reached(2);
        await time.WhenArmedAsync(BetweenPasses);
        await sweeper.StopAsync(CancellationToken.None).OrGiveUp();

        Assert.Equal(2, log.Lines.Count(line => line.Contains(bug.Name, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Requests_are_served_as_before_when_the_sweeper_ends_by_a_bug_of_its_own()
    {
        var gateway = await StartOpenAsync(setup => setup.Clock = new NoMinutes());
        await Eventually.TrueAsync("the sweeper has ended", () => gateway.Log.Lines.Any(line => line.Contains("no minutes today", StringComparison.Ordinal)));

        Assert.Equal(200, (await GetAsync(gateway, "/health/ready")).Status);
        Assert.Equal("executed", (await gateway.PostAsync("k")).Source);
    }

    private sealed class BrokenSweep(Type bug) : IExpirySweep
    {
        public ArrivalLog<DateTimeOffset> Askings { get; } = new("askings");

        public ValueTask<SweepStep> SweepAsync(CancellationToken cancellation)
        {
            Askings.Add(DateTimeOffset.UtcNow);
            throw (Exception)Activator.CreateInstance(bug)!;
        }
    }

    /// <summary>A time provider that fails when the sweeper creates its timer.</summary>
    private sealed class NoMinutes : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            dueTime == BetweenPasses ? throw new InvalidOperationException("no minutes today") : base.CreateTimer(callback, state, dueTime, period);
    }
}
