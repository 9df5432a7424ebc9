using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Protection;
using IdempotencyGateway.Protection.Encryption;
using IdempotencyGateway.Stores;
using IdempotencyGateway.Telemetry.Logging;
using IdempotencyGateway.Tls;

namespace IdempotencyGateway.Hosting;

/// <summary>
/// What a gateway needs of its machine beside its configuration. Before it listens it opens all of it, and refuses to start with a sentence about the first that cannot be had. <c>validate</c>
/// only looks at each, and makes or changes nothing.
/// </summary>
internal static class Groundwork
{
    /// <summary>The store is the caller's to close.</summary>
    /// <exception cref="AdminTokenException">The message says what to change.</exception>
    /// <exception cref="StoreSecretException">The message says what to change.</exception>
    /// <exception cref="KeyRingException">The message says what to change.</exception>
    /// <exception cref="StoreUnavailableException">The message says what to change.</exception>
    public static async Task<GatewayParts> OpenAsync(GatewaySnapshot snapshot, Func<string, string?> variable, TimeProvider clock)
    {
        var tokens = AdminTokens.Open(snapshot, variable(AdminTokens.Variable));
        var secret = StoreSecretFile.Open(snapshot.Store.SecretFile);
        var ring = ConfiguredKeyRing.Open(snapshot.Store.Encryption, variable(ConfiguredKeyRing.Variable), secret);
        var store = await ConfiguredStore.OpenAsync(snapshot.Store, clock);
        try
        {
            await SecretMark.CheckAsync(store, secret, snapshot.Store.SecretFile);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
        return new(store, secret, clock) { AdminTokens = tokens, KeyRing = ring, OpenFiles = OpenFiles.Most() };
    }

    /// <summary>Servers are not asked, and whether a port is free is not tried: the gateway that has it may be the one whose configuration this is.</summary>
    /// <returns>What it would refuse to start for, as it would say it.</returns>
    public static IReadOnlyList<string> Missing(GatewaySnapshot snapshot, Func<string, string?> variable, TimeProvider clock)
    {
        var refusals = new List<string>();
        Look(() => AdminTokens.Open(snapshot, variable(AdminTokens.Variable)));
        Look(() => StoreSecretFile.Look(snapshot.Store.SecretFile));
        Look(() => ConfiguredKeyRing.Look(snapshot.Store.Encryption, variable(ConfiguredKeyRing.Variable)));
        Look(() => ConfiguredStore.Look(snapshot.Store, clock));
        Look(() => FileTarget.Look(snapshot.Logging.File));
        return refusals;

        void Look(Action look)
        {
            try
            {
                look();
            }
            catch (Exception e) when (IsRefusal(e))
            {
                refusals.Add(e.Message);
            }
        }
    }

    /// <summary>Starting again does not help; the message says what does.</summary>
    public static bool IsRefusal(Exception e) =>
        e is AdminTokenException or StoreSecretException or KeyRingException or TlsFilesException or LogFileException or StoreUnavailableException;
}
