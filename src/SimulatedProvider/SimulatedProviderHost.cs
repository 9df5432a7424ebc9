using Microsoft.AspNetCore.Server.Kestrel.Core;
using SimulatedProvider.Control;
using SimulatedProvider.Exchange;
using SimulatedProvider.Executions;
using SimulatedProvider.Faults;

namespace SimulatedProvider;

/// <summary>
/// A running simulated identity provider: real Kestrel on a real port. It reads no configuration file and no environment, logs nothing,
/// and leaves the signals of the process it runs in alone. Disposing it breaks off whatever is still held or hanging.
/// </summary>
public sealed class SimulatedProviderHost : IAsyncDisposable
{
    /// <summary>Bodies beyond this are refused by the server itself (413, no JSON). No route asks for more.</summary>
    private const long MaxBodyBytes = 32 * 1024 * 1024;

    private readonly WebApplication _server;
    private readonly CancellationTokenSource _stopping;

    private SimulatedProviderHost(
        WebApplication server, CancellationTokenSource stopping, ExecutionLog executions, FaultSwitches faults)
    {
        _server = server;
        _stopping = stopping;
        Executions = executions;
        Faults = faults;
        Address = new Uri(server.Urls.Single());
    }

    /// <summary>Where it listens, with the real port.</summary>
    public Uri Address { get; }

    /// <summary>What reached it and what it did.</summary>
    public ExecutionLog Executions { get; }

    /// <summary>What it shall do wrong.</summary>
    public FaultSwitches Faults { get; }

    /// <exception cref="ArgumentException">The options make no sense.</exception>
    /// <exception cref="IOException">The address is taken or not of this machine.</exception>
    public static async Task<SimulatedProviderHost> StartAsync(
        SimulatedProviderOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var endpoint = ListenAddress.TryParse(options.Url)
            ?? throw new ArgumentException($"not one http URL with an address or localhost: {options.Url}", nameof(options));

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            // A test may hold a request for as long as it likes.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(endpoint, listen => listen.Protocols = options.Http2 ? HttpProtocols.Http2 : HttpProtocols.Http1);
        });

        var stopping = new CancellationTokenSource();
        var executions = new ExecutionLog(options.CountPerOperation);
        var faults = new FaultSwitches();
        var control = new ControlPlane(executions, faults);
        var exchange = new ProviderExchange(
            options, executions, faults, new OperationTable(options), new FaultStrike(options.TimeProvider, stopping.Token));

        var server = builder.Build();
        server.Run(context =>
            ControlPlane.Owns(context.Request) ? control.HandleAsync(context) : exchange.HandleAsync(context));
        try
        {
            await server.StartAsync(cancellation);
            return new SimulatedProviderHost(server, stopping, executions, faults);
        }
        catch
        {
            await server.DisposeAsync();
            stopping.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        await _server.StopAsync();
        await _server.DisposeAsync();
        _stopping.Dispose();
    }

    /// <summary>Whoever starts the provider decides when it stops; the usual lifetime would answer the process's signals by itself.</summary>
    private sealed class SilentLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
