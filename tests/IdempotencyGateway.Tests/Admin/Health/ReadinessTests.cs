using System.Text.Json;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Tests.Testing;
using Microsoft.Extensions.Hosting;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Tests.Admin.Health;

/// <summary>Readiness reports for each component whether the gateway can take new requests; liveness only that it answers.</summary>
public sealed class ReadinessTests : AdminTest
{
    [Fact]
    public async Task With_everything_in_place_it_is_ready_and_alive()
    {
        var gateway = await StartPatientAsync();

        var ready = await GetAsync(gateway, "/health/ready");

        Assert.Equal((200, "ready"), (ready.Status, ready.Json.GetProperty("status").GetString()));
        Assert.All(["store", "config", "destinations", "draining"], part => Assert.True(ready.Json.GetProperty(part).GetProperty("ok").GetBoolean()));
        Assert.Equal("alive\n", (await GetAsync(gateway, "/health/live")).Text);
    }

    [Theory]
    [InlineData(StoreFailure.Unreachable)]
    [InlineData(StoreFailure.NotAsked)]
    [InlineData(StoreFailure.Full)]
    [InlineData(StoreFailure.Refused)]
    public async Task A_store_that_fails_is_named_and_a_mended_one_is_ready_again(StoreFailure failure)
    {
        var gateway = await StartPatientAsync(setup => setup.WrapStore = store => new UnreliableStore(store));
        Store.Break(nameof(IIdempotencyStore.FindAsync), failure);

        var unready = await GetAsync(gateway, "/health/ready");
        Store.Mend();

        AssertPart(unready, "store", ok: false);
        Assert.Equal(200, (await GetAsync(gateway, "/health/ready")).Status);
        Assert.Equal(200, (await GetAsync(gateway, "/health/live")).Status);
    }

    [Fact]
    public async Task A_store_that_hangs_is_given_a_second()
    {
        var clock = new ManualTimeProvider();
        var gateway = await StartOpenAsync(setup =>
        {
            setup.Clock = clock;
            setup.WrapStore = store => new UnreliableStore(store);
        });
        Store.Hang(nameof(IIdempotencyStore.FindAsync));

        var asking = GetAsync(gateway, "/health/ready");
        await clock.WhenArmedAsync(TimeSpan.FromSeconds(1));
        clock.Advance(TimeSpan.FromSeconds(1));

        AssertPart(await asking, "store", ok: false);
    }

    [Fact]
    public async Task One_provider_of_two_that_cannot_be_asked_is_a_warning_the_only_one_is_not()
    {
        var oneOfTwo = await StartPatientAsync(setup => setup.Adjust = snapshot => snapshot with { Clusters = [.. snapshot.Clusters, new() { ClusterId = "nobody" }] });
        var only = await StartPatientAsync(setup => setup.Destinations = _ => new Dictionary<string, DestinationConfig>());

        var warned = await GetAsync(oneOfTwo, "/health/ready");
        var unready = await GetAsync(only, "/health/ready");

        Assert.Equal(200, warned.Status);
        Assert.Equal("no destination is available in nobody", warned.Json.GetProperty("destinations").GetProperty("detail").GetString());
        AssertPart(unready, "destinations", ok: false);
    }

    [Fact]
    public async Task While_it_shuts_down_it_wants_no_new_work()
    {
        var gateway = await StartPatientAsync();

        gateway.Get<IHostApplicationLifetime>().StopApplication();

        AssertPart(await GetAsync(gateway, "/health/ready"), "draining", ok: false);
        Assert.Equal(200, (await GetAsync(gateway, "/health/live")).Status);
    }

    /// <summary>Starts a gateway whose one-second readiness timeout runs on the test's clock, because a store on a busy machine may take longer.</summary>
    private Task<GatewayUnderTest> StartPatientAsync(Action<GatewaySetup>? configure = null) => StartOpenAsync(setup =>
    {
        setup.Clock = new ManualTimeProvider();
        configure?.Invoke(setup);
    });

    private static void AssertPart(Answer answer, string part, bool ok)
    {
        Assert.Equal((ok ? 200 : 503, part), (answer.Status, answer.Json.GetProperty("status").GetString()));
        var told = answer.Json.GetProperty(part);
        Assert.Equal(ok, told.GetProperty("ok").GetBoolean());
        Assert.NotEmpty(told.GetProperty("detail").GetString()!);
    }
}
