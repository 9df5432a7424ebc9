using System.Security.Cryptography;
using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Protection.Encryption;

/// <summary>
/// Finds the key ring: in the environment, else in the configured file. Without either, the ring is one key derived from the store secret. Gateways that share records share that secret, so
/// they need no ring of their own. With a ring, that key still opens older records.
/// </summary>
internal static class ConfiguredKeyRing
{
    /// <summary>The environment variable that may hold a ring.</summary>
    public const string Variable = "IDEMPOTENCY_GATEWAY_KEY_RING";

    /// <param name="fromEnvironment">The value of <see cref="Variable"/>.</param>
    /// <returns>Null when encryption is switched off.</returns>
    /// <exception cref="KeyRingException">The message says what to change.</exception>
    public static KeyRingSource? Open(EncryptionSnapshot options, string? fromEnvironment, StoreSecret secret)
    {
        if (!options.Enabled)
            return null;
        var own = new RingKey(secret.RecordKey.Span, DateTimeOffset.UnixEpoch);
        if (!string.IsNullOrWhiteSpace(fromEnvironment))
        {
            return options.KeyRingFile is null
                ? new(KeyRingText.Parse(Encoding.UTF8.GetBytes(fromEnvironment), Variable).With(own))
                : throw new KeyRingException($"{Variable} is set beside Store:Encryption:KeyRingFile: keep one of them.");
        }
        if (options.KeyRingFile is null)
            return new(new KeyRing([own], own));
        var watched = new WatchedRing(options.KeyRingFile, own);
        return new(watched.Read()) { Watched = watched };
    }

    /// <summary>Checks whether <see cref="Open"/> would succeed, whatever the store secret.</summary>
    /// <exception cref="KeyRingException">It would fail.</exception>
    public static void Check(EncryptionSnapshot options, string? fromEnvironment) =>
        Open(options, fromEnvironment, new StoreSecret(RandomNumberGenerator.GetBytes(StoreSecret.SizeInBytes)));
}
