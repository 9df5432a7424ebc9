using IdempotencyGateway.Tests.Testing.Fleet;
using SimulatedProvider;
using Xunit.Abstractions;

namespace IdempotencyGateway.Tests.Fleet;

/// <summary>Base class for tests of several gateway processes over a shared store and one provider that counts executions. These tests run one at a time.</summary>
[Collection("Fleet")]
public abstract class FleetTest(ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>Policy members with a lease so short that it lapses during the test.</summary>
    protected const string ShortLease = """ "Lease": "1s", "InFlight": { "Timeout": "20s" } """;

    protected int Seed { get; } = System.Random.Shared.Next();

    protected Random Random { get; private set; } = null!;

    protected SimulatedProviderHost Provider { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        Random = new(Seed);
        Provider = await SimulatedProviderHost.StartAsync(new SimulatedProviderOptions { Latency = TimeSpan.FromMilliseconds(5) });
    }

    public virtual async Task DisposeAsync() => await Provider.DisposeAsync();

    /// <summary>Completes after <paramref name="more"/> further requests have reached the provider.</summary>
    protected Task DeliveredAsync(int more) =>
        Provider.Executions.Delivered.WhenReachesAsync(Provider.Executions.Delivered.Value + more);

    internal static string RedisStore(int port, string more = "") => $$"""
        "Kind": "Redis", "Redis": { "Endpoints": ["127.0.0.1:{{port}}"], "OperationTimeout": "3s"{{more}} }
        """;

    /// <summary>Asserts the invariants that must hold after every fault, and that a newly added gateway sees them, too.</summary>
    internal async Task AssertHeldAsync(GatewayFleet fleet, FleetLoad load)
    {
        AssertOnce(load);
        var executions = Provider.Executions.Total;
        await load.AssertKeptAsync(await fleet.AddAsync());
        Assert.Equal(executions, Provider.Executions.Total);
    }

    /// <summary>Asserts that no key was executed twice and that every answered key was executed.</summary>
    internal void AssertOnce(FleetLoad load)
    {
        output.WriteLine($"seed {Seed}: {load}, {Provider.Executions.Total} executions");
        Assert.True(Provider.Executions.MostExecuted() == 1, $"seed {Seed}: a key was executed {Provider.Executions.MostExecuted()} times");
        Assert.All(load.Answers.Keys, key => Assert.Equal(1, Provider.Executions.CountFor(key)));
    }
}
