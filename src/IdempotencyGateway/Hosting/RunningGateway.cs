using System.Net.Sockets;
using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Protection;
using IdempotencyGateway.Protection.Encryption;
using IdempotencyGateway.Stores;
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
        var clock = TimeProvider.System;
        var tokens = AdminTokens.Open(snapshots.Current, Environment.GetEnvironmentVariable(AdminTokens.Variable));
        var secret = StoreSecretFile.Open(snapshots.Current.Store.SecretFile);
        var ring = ConfiguredKeyRing.Open(snapshots.Current.Store.Encryption, Environment.GetEnvironmentVariable(ConfiguredKeyRing.Variable), secret);
        var store = await ConfiguredStore.OpenAsync(snapshots.Current.Store, clock);
        WebApplication? app = null;
        try
        {
            app = GatewayApplication.Build(snapshots, new GatewayParts(store, secret, clock) { AdminTokens = tokens, KeyRing = ring });
            await app.StartAsync();
            return new(app, store);
        }
        catch
        {
            if (app is not null)
                await app.DisposeAsync();
            await store.DisposeAsync();
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
