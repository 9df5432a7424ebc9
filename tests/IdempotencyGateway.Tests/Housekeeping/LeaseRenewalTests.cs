using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Housekeeping;
using IdempotencyGateway.Tests.Stores;
using IdempotencyGateway.Tests.Testing;
using Microsoft.Extensions.Logging;

namespace IdempotencyGateway.Tests.Housekeeping;

public sealed class LeaseRenewalTests : ExchangeTest
{
    [Fact]
    public async Task A_timer_that_comes_late_asks_nobody_about_a_lease_that_was_given_up()
    {
        var gateway = await StartAsync();
        var store = new UnreliableStore(gateway.Store);
        var clock = new LateTimers();
        var log = new CapturedLog();
        var ticket = new ClaimTicket(StoreSamples.Key("k"), StoreSamples.Owner("o"), Fence: 1);
        var renewal = new LeaseRenewal(store, ticket, TimeSpan.FromSeconds(30), clock, LoggerFactory.Create(logging => logging.AddProvider(log)).CreateLogger("tested"));

        renewal.Dispose();
        clock.FireAll();

        Assert.Empty(store.Answered.All);
        Assert.Empty(log.Lines);
    }

    /// <summary>Timers whose callbacks run after they are disposed, as they may on a busy thread pool.</summary>
    private sealed class LateTimers : TimeProvider
    {
        private Action _fire = static () => { };

        public void FireAll() => _fire();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _fire += () => callback(state);
            return new ManualTimeProvider().CreateTimer(callback, state, dueTime, period);
        }
    }
}
