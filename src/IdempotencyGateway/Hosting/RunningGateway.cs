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

/// <summary>A gateway from its configuration: secret, store, listener. Stopping it finishes what is under way and closes the store last.</summary>
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

    /// <summary>Where it listens, with real ports: the proxy addresses, then the admin address.</summary>
    public IReadOnlyList<Uri> Addresses { get; }

    /// <exception cref="AdminTokenException">The message says what to change.</exception>
    /// <exception cref="StoreSecretException">The message says what to change.</exception>
    /// <exception cref="TlsFilesException">The message says what to change.</exception>
    /// <exception cref="KeyRingException">The message says what to change.</exception>
    /// <exception cref="StoreUnavailableException">The message says what to change.</exception>
    /// <exception cref="LogFileException">The message says what to change.</exception>
    /// <exception cref="IOException">An address cannot be listened on, because somebody else does.</exception>
    /// <exception cref="SocketException">An address cannot be listened on at all.</exception>
    public static async Task<RunningGateway> StartAsync(SnapshotSource snapshots)
    {
        var parts = await Groundwork.OpenAsync(snapshots.Current, Environment.GetEnvironmentVariable, TimeProvider.System);
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
                // So that what runs beside the listener ends in order, and is not taken for failed.
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
