using System.Net.Sockets;
using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Protection;
using IdempotencyGateway.Protection.Encryption;
using IdempotencyGateway.Telemetry.Logging;
using IdempotencyGateway.Tls;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace IdempotencyGateway.Hosting;

/// <summary>A gateway that serves requests. Disposing it drains the exchanges under way within Shutdown:Grace, and closes the store last.</summary>
public sealed class RunningGateway : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IIdempotencyStore _store;

    private RunningGateway(WebApplication app, IIdempotencyStore store)
    {
        _app = app;
        _store = store;
        Addresses = [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a))];
    }

    /// <summary>The addresses that it listens on, with the ports actually bound: first those for clients, then the admin address.</summary>
    public IReadOnlyList<Uri> Addresses { get; }

    /// <exception cref="AdminTokenException">The message says what to change.</exception>
    /// <exception cref="StoreSecretException">The message says what to change.</exception>
    /// <exception cref="TlsFilesException">The message says what to change.</exception>
    /// <exception cref="KeyRingException">The message says what to change.</exception>
    /// <exception cref="StoreUnavailableException">The message says what to change.</exception>
    /// <exception cref="LogFileException">The message says what to change.</exception>
    /// <exception cref="IOException">Another process listens on one of the addresses.</exception>
    /// <exception cref="SocketException">An address cannot be bound, such as one of another machine or a privileged port.</exception>
    public static async Task<RunningGateway> StartAsync(SnapshotSource snapshots)
    {
        var parts = await Prerequisites.OpenAsync(snapshots.Current, Environment.GetEnvironmentVariable, TimeProvider.System);
        WebApplication? app = null;
        try
        {
            app = GatewayApplication.Build(snapshots, parts);
            await app.StartAsync();
            return new(app, parts.Store);
        }
        catch
        {
            if (app is not null)
            {
                // Stopping first lets background services end in order; disposing alone would make them look as if they had failed.
                await app.StopAsync();
                await app.DisposeAsync();
            }
            await parts.Store.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _store.DisposeAsync();
    }
}
