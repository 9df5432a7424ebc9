using IdempotencyGateway.Configuration;
using SimulatedProvider;
using SimulatedProvider.Executions;
using SimulatedProvider.Faults;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>
/// Base class for tests of gateways in front of a simulated provider, one provider per test. When the test ends, its gateways are stopped and checked for leaks.
/// </summary>
#pragma warning disable CA1001 // xunit disposes it through IAsyncLifetime
public abstract class ExchangeTest : IAsyncLifetime
#pragma warning restore CA1001
{
    private readonly List<GatewayUnderTest> _gateways = [];
    private SimulatedProviderHost? _provider;

    protected SimulatedProviderHost Provider => _provider ?? throw new InvalidOperationException("the test has not been initialised");

    protected ExecutionLog Executions => Provider.Executions;

    protected FaultSwitches Faults => Provider.Faults;

    /// <summary>The store of the last started gateway. The test must have wrapped it in an <see cref="UnreliableStore"/>.</summary>
    protected UnreliableStore Store => (UnreliableStore)_gateways[^1].RawStore;

    public async Task InitializeAsync() => _provider = await SimulatedProviderHost.StartAsync(new SimulatedProviderOptions());

    /// <summary>Stops the provider first: requests that it still holds break off, so no exchange delays a gateway's shutdown.</summary>
    public async Task DisposeAsync()
    {
        await Provider.DisposeAsync();
        foreach (var gateway in _gateways)
        {
            // A gateway waits the whole shutdown grace period for deferred writes to a store that keeps failing.
            (gateway.RawStore as UnreliableStore)?.Mend();
            await gateway.DisposeAsync();
        }
    }

    protected Task<GatewayUnderTest> StartAsync(Action<GatewaySetup>? configure = null) => StartBeforeAsync(Provider.Address, configure);

    /// <summary>A gateway whose one policy differs from the default.</summary>
    protected Task<GatewayUnderTest> StartAsync(Func<IdempotencyPolicy, IdempotencyPolicy> change) =>
        StartAsync(setup => setup.Policy = change(setup.Policy));

    protected async Task<GatewayUnderTest> StartBeforeAsync(Uri provider, Action<GatewaySetup>? configure = null)
    {
        var gateway = await GatewayUnderTest.StartAsync(provider, configure);
        _gateways.Add(gateway);
        return gateway;
    }

    /// <summary>Holds the next request that reaches the provider, before it executes, until the gate is released.</summary>
    protected FaultGate HoldNext()
    {
        var gate = new FaultGate();
        Faults.Next(new Fault.Hold(gate));
        return gate;
    }
}
