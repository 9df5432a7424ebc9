using IdempotencyGateway.Load.Client;
using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Scenarios;
using IdempotencyGateway.Tests.Testing;
using SimulatedProvider;

namespace IdempotencyGateway.Load.Tests.Client;

public class OpenLoopTests
{
    [Fact]
    public async Task The_time_that_a_request_waits_for_a_slow_server_is_in_its_latency()
    {
        await using var provider = await SimulatedProviderHost.StartAsync(new() { Latency = TimeSpan.FromMilliseconds(20) });
        using var loop = new OpenLoop(new([provider.Address], Calls.Fresh), connections: 1, perSecond: 200, Patience.Limit);
        var measurement = new Measurement(TimeSpan.FromSeconds(1));

        await loop.RunAsync(measurement, TimeSpan.FromSeconds(0.5), ramp: TimeSpan.Zero);

        // 100 requests are due within half a second, but the single connection needs two seconds for them, so the last one waits 1.5 s before it is sent.
        Assert.Equal(100, measurement.Latencies.Count);
        Assert.True(measurement.Latencies.Percentile(0.5) > TimeSpan.FromMilliseconds(500), $"the median is {measurement.Latencies.Percentile(0.5)}");
        Assert.True(measurement.Latencies.Highest > TimeSpan.FromMilliseconds(1300), $"the highest is {measurement.Latencies.Highest}");
    }

    [Fact]
    public async Task As_many_arrive_as_the_schedule_says_and_none_before_it_is_due()
    {
        await using var provider = await SimulatedProviderHost.StartAsync(new());
        using var loop = new OpenLoop(new([provider.Address], Calls.Fresh), connections: 4, perSecond: 100, Patience.Limit);
        var measurement = new Measurement(TimeSpan.FromSeconds(1));

        await loop.RunAsync(measurement, TimeSpan.FromSeconds(0.5), ramp: TimeSpan.FromSeconds(0.2));

        Assert.Equal(40, measurement.Latencies.Count);
        Assert.Equal(40, provider.Executions.Total);
        Assert.True(measurement.Elapsed >= TimeSpan.FromSeconds(0.49), $"took {measurement.Elapsed}");
    }
}
