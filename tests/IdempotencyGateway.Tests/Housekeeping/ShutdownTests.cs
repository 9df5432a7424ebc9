using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Tests.Testing;
using SimulatedProvider.Faults;

namespace IdempotencyGateway.Tests.Housekeeping;

/// <summary>Shutdown completes the exchanges in progress, and gives up after the grace period.</summary>
public sealed class ShutdownTests : ExchangeTest
{
    [Fact]
    public async Task An_exchange_under_way_finishes_and_is_recorded_while_nobody_new_is_let_in()
    {
        var gateway = await StartAsync();
        var gate = HoldNext();
        var first = gateway.PostAsync("k");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();

        var stopping = gateway.StopAsync();
        await gateway.WhenRefusingAsync();
        Assert.False(stopping.IsCompleted);
        gate.Release();
        await stopping.OrGiveUp();

        Assert.Equal((201, "executed"), ((await first).Status, (await first).Source));
        Assert.Equal(RecordState.Done, (await gateway.FindAsync("k"))!.State);
        Assert.Equal(0, CutOff(gateway));
    }

    [Fact]
    public async Task An_exchange_whose_client_is_gone_is_finished_too()
    {
        var gateway = await StartAsync();
        var gate = HoldNext();
        using (var client = await RawClient.Connect(gateway.Address))
        {
            await client.Send(RawClient.Request("POST", "/guarded/session/", "{\"workflow_id\":\"w\"}", new Field("x-api-key", "caller-1"), new Field("Idempotency-Key", "k")));
            await gate.Held.WhenReachesAsync(1).OrGiveUp();
            client.Reset();
        }

        var stopping = gateway.StopAsync();
        await gateway.WhenRefusingAsync();
        gate.Release();
        await stopping.OrGiveUp();

        Assert.Equal(RecordState.Done, (await gateway.FindAsync("k"))!.State);
        Assert.Equal(1, Executions.Total);
    }

    [Fact]
    public async Task A_write_that_is_put_off_is_done_before_the_end()
    {
        var gateway = await StartAsync(setup => setup.WrapStore = inner => new UnreliableStore(inner));
        Store.Break(nameof(Store.CompleteAsync));
        var first = await gateway.PostAsync("k");

        var stopping = gateway.StopAsync();
        await Store.Failed.Reached(3);
        Store.Mend();
        await stopping.OrGiveUp();

        Assert.Equal("unrecorded", first.Source);
        Assert.Equal(RecordState.Done, (await gateway.FindAsync("k"))!.State);
    }

    [Fact]
    public async Task A_provider_that_hangs_holds_nothing_up_longer_than_the_grace_time()
    {
        using var folder = new TemporaryFolder();
        var gateway = await StartAsync(setup =>
        {
            setup.Folder = folder;
            setup.Adjust = snapshot => snapshot with { Shutdown = new() { Grace = TimeSpan.FromMilliseconds(300) } };
        });
        Faults.Next(new Fault.Hang());
        var first = gateway.PostAsync("k");
        await Executions.Delivered.WhenReachesAsync(1).OrGiveUp();

        await gateway.StopAsync().OrGiveUp();

        Assert.Equal(RecordState.Sent, (await gateway.FindAsync("k"))!.State);
        Assert.Equal(1, CutOff(gateway));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => first);
    }

    /// <summary>The number of log warnings about exchanges that the shutdown cut off.</summary>
    private static int CutOff(GatewayUnderTest gateway) => gateway.Log.Lines.Count(line => line.Contains($"[{EventIds.CutOff}]", StringComparison.Ordinal));
}
