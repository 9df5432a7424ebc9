using SimulatedProvider;
using SimulatedProvider.Executions;
using SimulatedProvider.Faults;

namespace IdempotencyGateway.Tests.SimulatedProvider;

/// <summary>Base class for tests of the simulated provider. Each test starts one on a real socket.</summary>
#pragma warning disable CA1001 // xunit disposes it through IAsyncLifetime
public abstract class ProviderTest : IAsyncLifetime
#pragma warning restore CA1001
{
    private SimulatedProviderHost? _provider;
    private ProviderClient? _client;

    protected virtual SimulatedProviderOptions Options => new();

    protected SimulatedProviderHost Provider => _provider ?? throw new InvalidOperationException("not started");

    protected ExecutionLog Executions => Provider.Executions;

    protected FaultSwitches Faults => Provider.Faults;

    private protected ProviderClient Client => _client ?? throw new InvalidOperationException("not started");

    public virtual async Task InitializeAsync()
    {
        _provider = await SimulatedProviderHost.StartAsync(Options);
        _client = new ProviderClient(_provider.Address, Options.Http2 ? System.Net.HttpVersion.Version20 : null);
    }

    public async Task DisposeAsync()
    {
        _client?.Dispose();
        if (_provider is not null)
            await _provider.DisposeAsync();
    }
}
