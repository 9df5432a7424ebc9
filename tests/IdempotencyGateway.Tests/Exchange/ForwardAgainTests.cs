using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using SimulatedProvider;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Tests.Exchange;

/// <summary>The policy ForwardAgain, for providers that are idempotent themselves: a request in doubt is sent again only with the same key and to the same destination.</summary>
public sealed class ForwardAgainTests : ExchangeTest
{
    [Fact]
    public async Task A_retry_of_a_request_in_doubt_is_sent_again_and_then_recorded()
    {
        var gateway = await StartAsync(policy => policy with { OnUnknown = OnUnknown.ForwardAgain });

        var first = await BreakAsync(gateway, "k");
        var again = await gateway.PostAsync("k");
        var retry = await gateway.PostAsync("k");

        first.AssertProblem(GatewayProblem.OutcomeUnknown, "k", status: 502, retryable: true);
        Assert.Equal((201, "executed"), (again.Status, again.Source));
        Assert.Equal(("replayed", again.Text), (retry.Source, retry.Text));
        Assert.Equal(2, Executions.DeliveriesFor("k"));
    }

    [Fact]
    public async Task Another_body_is_not_sent_though_the_first_is_in_doubt()
    {
        var gateway = await StartAsync(policy => policy with { OnUnknown = OnUnknown.ForwardAgain });
        await BreakAsync(gateway, "k");

        var other = await gateway.PostAsync("k", "{}");

        other.AssertProblem(GatewayProblem.KeyReused, "k");
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task Duplicates_at_once_are_sent_again_one_at_a_time_until_one_is_answered()
    {
        var gateway = await StartAsync(policy => policy with { OnUnknown = OnUnknown.ForwardAgain });
        await BreakAsync(gateway, "k");

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => gateway.PostAsync("k")));

        Assert.All(answers, answer => Assert.Equal(201, answer.Status));
        Assert.Single(answers, answer => answer.Source == "executed");
        Assert.Equal(2, Executions.Deliveries);
    }

    [Fact]
    public async Task Whoever_waited_for_one_that_ends_in_doubt_is_sent_next()
    {
        var time = new ManualTimeProvider();
        var wait = TimeSpan.FromSeconds(7);
        var gateway = await StartAsync(setup =>
        {
            setup.Clock = time;
            setup.Policy = setup.Policy with { OnUnknown = OnUnknown.ForwardAgain, InFlight = new() { Timeout = wait } };
        });
        using var leading = GatewayUnderTest.Post("k");
        leading.Headers.Add("X-Simulate", "hold, execute-then-reset");
        var first = gateway.AskAsync(leading);
        await Faults.WordGate.Held.WhenReachesAsync(1).OrGiveUp();
        var duplicate = gateway.PostAsync("k");
        await time.WhenArmedAsync(wait);

        Faults.WordGate.Release();

        (await first).AssertProblem(GatewayProblem.OutcomeUnknown, "k", status: 502, retryable: true);
        Assert.Equal((201, "executed"), ((await duplicate).Status, (await duplicate).Source));
        Assert.Equal(2, Executions.DeliveriesFor("k"));
    }

    [Fact]
    public async Task A_repeated_request_goes_to_the_destination_of_the_first_attempt()
    {
        await using var other = await SimulatedProviderHost.StartAsync(new SimulatedProviderOptions());
        var gateway = await StartAsync(setup =>
        {
            setup.Policy = setup.Policy with { OnUnknown = OnUnknown.ForwardAgain };
            setup.Destinations = one => new Dictionary<string, DestinationConfig>
            {
                ["one"] = new() { Address = one.ToString() },
                ["two"] = new() { Address = other.Address.ToString() },
            };
        });

        for (var i = 0; i < 10; i++)
        {
            await BreakAsync(gateway, $"k-{i}");
            await gateway.PostAsync($"k-{i}");
            var counts = (Executions.DeliveriesFor($"k-{i}"), other.Executions.DeliveriesFor($"k-{i}"));
            Assert.Contains(counts, new[] { (2, 0), (0, 2) });
        }
    }

    [Fact]
    public async Task If_the_destination_of_the_first_attempt_is_gone_the_request_is_held()
    {
        using var folder = new TemporaryFolder();
        await using (var before = await GatewayUnderTest.StartAsync(Provider.Address, setup => Configure(setup, folder, "old")))
            await BreakAsync(before, "k");
        await using var gateway = await GatewayUnderTest.StartAsync(Provider.Address, setup => Configure(setup, folder, "new"));

        var retry = await gateway.PostAsync("k");
        var again = await gateway.PostAsync("k");

        retry.AssertProblem(GatewayProblem.OutcomeUnknown, "k", retryable: true);
        again.AssertProblem(GatewayProblem.OutcomeUnknown, "k", retryable: true);
        Assert.Equal(RecordState.Doubt, (await gateway.FindAsync("k"))!.State);
        Assert.Equal(1, Executions.Deliveries);
    }

    private static void Configure(GatewaySetup setup, TemporaryFolder folder, string destination)
    {
        setup.Folder = folder;
        setup.Policy = setup.Policy with { OnUnknown = OnUnknown.ForwardAgain };
        setup.Destinations = address => new Dictionary<string, DestinationConfig> { [destination] = new() { Address = address.ToString() } };
    }

    private static Task<Answer> BreakAsync(GatewayUnderTest gateway, string key)
    {
        var request = GatewayUnderTest.Post(key);
        request.Headers.Add("X-Simulate", "execute-then-reset");
        return gateway.AskAsync(request);
    }
}
