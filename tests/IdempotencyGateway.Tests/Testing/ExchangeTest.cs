using IdempotencyGateway.Configuration;
using SimulatedProvider;
using SimulatedProvider.Executions;
using SimulatedProvider.Faults;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>A test of a gateway in front of a simulated provider of its own. Gateways it starts are stopped, and checked for leaks, when it ends.</summary>
#pragma warning disable CA1001 // xunit disposes it through IAsyncLifetime
public abstract class ExchangeTest : IAsyncLifetime
#pragma warning restore CA1001
{
    private readonly List<GatewayUnderTest> _gateways = [];
    private SimulatedProviderHost? _provider;

    protected SimulatedProviderHost Provider => _provider ?? throw new InvalidOperationException("not started");

    protected ExecutionLog Executions => Provider.Executions;

    protected FaultSwitches Faults => Provider.Faults;

    /// <summary>The store of the gateway that was started last, where the test wrapped it in one.</summary>
    protected UnreliableStore Store => (UnreliableStore)_gateways[^1].RawStore;

    public async Task InitializeAsync() => _provider = await SimulatedProviderHost.StartAsync(new SimulatedProviderOptions());

    /// <summary>Whatever the provider still holds breaks off first, so that no exchange keeps a gateway from stopping.</summary>
    public async Task DisposeAsync()
    {
        await Provider.DisposeAsync();
        foreach (var gateway in _gateways)
        {
            // Writes to a store that stays away would be waited for as long as the grace time is.
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
