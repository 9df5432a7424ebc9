using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Tests.Exchange;

/// <summary>Requests that were provably never sent: their key is released.</summary>
public sealed class UnreachableTests : ExchangeTest
{
    [Fact]
    public async Task A_provider_that_refuses_connections_is_told_and_the_key_is_free()
    {
        using var port = new ClosedPort();
        var gateway = await StartBeforeAsync(port.Address);

        var first = await gateway.PostAsync("k");
        var retry = await gateway.PostAsync("k");
        var other = await gateway.PostAsync("k", "{}");

        foreach (var answer in new[] { first, retry, other })
        {
            answer.AssertProblem(GatewayProblem.ProviderUnreachable, "k");
            Assert.Equal("1", answer.Headers["Retry-After"]);
        }
        Assert.Null(await gateway.FindAsync("k"));
    }

    [Fact]
    public async Task A_cluster_without_destinations_is_told_and_the_key_is_free()
    {
        var gateway = await StartAsync(setup => setup.Destinations = _ => new Dictionary<string, DestinationConfig>());

        var answer = await gateway.PostAsync("k");

        answer.AssertProblem(GatewayProblem.ProviderUnreachable, "k", status: 503);
        Assert.Null(await gateway.FindAsync("k"));
    }

    [Fact]
    public async Task Where_the_record_became_somebody_elses_nobody_hears_that_the_key_is_free()
    {
        using var port = new ClosedPort();
        var gateway = await StartBeforeAsync(port.Address, setup => setup.WrapStore = store => new UnreliableStore(store));
        Store.Meanwhile(nameof(Store.ReleaseAsync), () => gateway.Erase(gateway.StorageKeyOf("k")));

        var first = await gateway.PostAsync("k");
        var retry = await gateway.PostAsync("k");

        first.AssertProblem(GatewayProblem.InProgress, "k");
        retry.AssertProblem(GatewayProblem.Erased, "k");
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_told_and_the_key_is_free()
    {
        var gateway = await StartBeforeAsync(new Uri("http://no-such-host.invalid/"));

        var answer = await gateway.PostAsync("k");

        answer.AssertProblem(GatewayProblem.ProviderUnreachable, "k");
        Assert.Null(await gateway.FindAsync("k"));
    }
}
