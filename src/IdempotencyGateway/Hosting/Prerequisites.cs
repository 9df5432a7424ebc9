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
/// What a gateway needs beside its configuration: admin tokens, store secret, key ring, store. A start opens all of them before it listens, and fails with a message about the first that
/// cannot be opened. <c>validate</c> only checks each of them, and creates or changes nothing.
/// </summary>
internal static class Prerequisites
{
    /// <summary>Opens all of it. The caller owns the store and closes it.</summary>
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

    /// <summary>
    /// Checks all of it, and the log file, for <c>validate</c>. Contacts no server and binds no port: a gateway with this very configuration may be running and hold the port.
    /// </summary>
    /// <returns>The messages with which a start would fail; empty if there are none.</returns>
    public static IReadOnlyList<string> Missing(GatewaySnapshot snapshot, Func<string, string?> variable, TimeProvider clock)
    {
        var refusals = new List<string>();
        Check(() => AdminTokens.Open(snapshot, variable(AdminTokens.Variable)));
        Check(() => StoreSecretFile.Check(snapshot.Store.SecretFile));
        Check(() => ConfiguredKeyRing.Check(snapshot.Store.Encryption, variable(ConfiguredKeyRing.Variable)));
        Check(() => ConfiguredStore.Check(snapshot.Store, clock));
        Check(() => FileTarget.Check(snapshot.Logging.File));
        return refusals;

        void Check(Action check)
        {
            try
            {
                check();
            }
            catch (Exception e) when (IsRefusal(e))
            {
                refusals.Add(e.Message);
            }
        }
    }

    /// <summary>Whether a start failed for a reason that another start does not cure. The exception's message says what to change.</summary>
    public static bool IsRefusal(Exception e) =>
        e is AdminTokenException or StoreSecretException or KeyRingException or TlsFilesException or LogFileException or StoreUnavailableException;
}
