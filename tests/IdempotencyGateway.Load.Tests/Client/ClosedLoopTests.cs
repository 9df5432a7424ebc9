using IdempotencyGateway.Load.Client;
using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Scenarios;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;
using SimulatedProvider;
using SimulatedProvider.Faults;

namespace IdempotencyGateway.Load.Tests.Client;

public class ClosedLoopTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Every_connection_makes_calls_and_each_is_counted_once()
    {
        await using var provider = await SimulatedProviderHost.StartAsync(new());
        var traffic = new Traffic([provider.Address], Calls.Fresh);
        using var loop = new ClosedLoop(traffic, connections: 5);
        var measurement = new Measurement(Short);

        await loop.RunAsync(measurement, Short, ramp: TimeSpan.Zero);

        Assert.True(traffic.Begun >= 5, $"{traffic.Begun} calls");
        Assert.Equal(traffic.Begun, measurement.Latencies.Count);
        Assert.Equal(traffic.Begun, provider.Executions.Total);
        Assert.Equal(1, provider.Executions.MostExecuted());
    }

    [Fact]
    public async Task A_connection_makes_its_calls_even_if_time_is_over_by_then()
    {
        await using var provider = await SimulatedProviderHost.StartAsync(new());
        var traffic = new Traffic([provider.Address], Calls.Fresh);
        using var loop = new ClosedLoop(traffic, connections: 5, leastCalls: 2);
        var measurement = new Measurement(Short);

        await loop.RunAsync(measurement, TimeSpan.FromTicks(1), ramp: TimeSpan.Zero);

        Assert.True(traffic.Begun >= 10, $"{traffic.Begun} calls");
    }

    [Fact]
    public async Task A_connection_whose_turn_would_come_after_the_end_makes_no_call()
    {
        await using var provider = await SimulatedProviderHost.StartAsync(new());
        var traffic = new Traffic([provider.Address], Calls.Fresh);
        using var loop = new ClosedLoop(traffic, connections: 5);
        var measurement = new Measurement(Short);

        await loop.RunAsync(measurement, Short, ramp: TimeSpan.FromDays(1)).OrGiveUp();

        Assert.Equal(traffic.Begun, measurement.Latencies.Count);
        Assert.True(traffic.Begun > 0, "the first connection begins at once");
    }

    [Fact]
    public async Task An_unexpected_status_and_a_lost_connection_are_failures_and_the_next_call_goes_on()
    {
        await using var provider = await SimulatedProviderHost.StartAsync(new());
        provider.Faults.Next(new Fault.Reset(FaultMoment.AfterExecuting));
        var traffic = new Traffic([provider.Address], number => Calls.Fresh(number) with { Expected = number == 1 ? StatusCodes.Status200OK : StatusCodes.Status201Created });
        using var loop = new ClosedLoop(traffic, connections: 1, leastCalls: 3);
        var measurement = new Measurement(Short);

        await loop.RunAsync(measurement, Short, ramp: TimeSpan.Zero);

        Assert.Equal(1, measurement.Failures["connection: ConnectionReset"]);
        Assert.Equal(1, measurement.Failures["status 201 instead of 200"]);
        Assert.True(measurement.Latencies.Count > 0, "nothing was answered after that");
    }

    [Fact]
    public async Task A_large_body_arrives_whole()
    {
        await using var provider = await SimulatedProviderHost.StartAsync(new());
        using var connection = new Connection(provider.Address);

        Assert.Equal(StatusCodes.Status200OK, await connection.AskAsync(Calls.Images()(1)));
        Assert.Equal(StatusCodes.Status200OK, await connection.AskAsync(Calls.Images()(2)));
    }
}
