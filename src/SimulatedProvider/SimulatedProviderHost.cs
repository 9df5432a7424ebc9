using Microsoft.AspNetCore.Server.Kestrel.Core;
using SimulatedProvider.Control;
using SimulatedProvider.Exchange;
using SimulatedProvider.Executions;
using SimulatedProvider.Faults;

namespace SimulatedProvider;

/// <summary>
/// A running simulated identity provider: real Kestrel on a real port. It reads no configuration file or environment variables, logs nothing,
/// and does not handle the signals of its process. Dispose aborts all requests that are still held or hanging.
/// </summary>
public sealed class SimulatedProviderHost : IAsyncDisposable
{
    /// <summary>Kestrel itself refuses larger bodies (413, without JSON). No route needs more.</summary>
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

    /// <summary>The address on which it listens, with the actual port.</summary>
    public Uri Address { get; }

    /// <summary>The counts of what reached it and what it executed.</summary>
    public ExecutionLog Executions { get; }

    /// <summary>The faults that it simulates.</summary>
    public FaultSwitches Faults { get; }

    /// <exception cref="ArgumentException">An option is invalid.</exception>
    /// <exception cref="IOException">The address is in use or does not belong to this machine.</exception>
    public static async Task<SimulatedProviderHost> StartAsync(
        SimulatedProviderOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var endpoint = ListenAddress.TryParse(options.Url)
            ?? throw new ArgumentException($"the URL must be http with an IP address or localhost, not {options.Url}", nameof(options));

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            // Tests may hold a request for any length of time.
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

    /// <summary>Replaces the default lifetime, which would stop the provider on the process's signals. Only its owner stops it.</summary>
    private sealed class SilentLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
