using IdempotencyGateway.Tests.Testing.Fleet;
using SimulatedProvider;
using Xunit.Abstractions;

namespace IdempotencyGateway.Tests.Fleet;

/// <summary>Several gateway processes, their store, and one provider that counts what it executes. One such test at a time.</summary>
[Collection("Fleet")]
public abstract class FleetTest(ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>With a lease so short that its end is part of the test.</summary>
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

    /// <returns>How much of something a test does.</returns>
    protected static int Either(int shortForm, int longForm) =>
        Environment.GetEnvironmentVariable("IDEMPOTENCY_GATEWAY_TESTS") == "long" ? longForm : shortForm;

    /// <summary>After so many more requests at the provider.</summary>
    protected Task DeliveredAsync(int more) =>
        Provider.Executions.Delivered.WhenReachesAsync(Provider.Executions.Delivered.Value + more);

    internal static string RedisStore(int port, string more = "") => $$"""
        "Kind": "Redis", "Redis": { "Endpoints": ["127.0.0.1:{{port}}"], "OperationTimeout": "3s"{{more}} }
        """;

    /// <summary>What every fault has to leave true, also in the eyes of a gateway that comes later.</summary>
    internal async Task AssertHeldAsync(GatewayFleet fleet, FleetLoad load)
    {
        AssertOnce(load);
        var executions = Provider.Executions.Total;
        await load.AssertKeptAsync(await fleet.AddAsync());
        Assert.Equal(executions, Provider.Executions.Total);
    }

    /// <summary>No key was executed twice, and every answered one was executed.</summary>
    internal void AssertOnce(FleetLoad load)
    {
        output.WriteLine($"seed {Seed}: {load}, {Provider.Executions.Total} executions");
        Assert.True(Provider.Executions.MostExecuted() == 1, $"seed {Seed}: a key was executed {Provider.Executions.MostExecuted()} times");
        Assert.All(load.Answers.Keys, key => Assert.Equal(1, Provider.Executions.CountFor(key)));
    }
}
