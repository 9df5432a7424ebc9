using System.Security.Cryptography;

namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// The secret from which all hash keys are derived, one per purpose (HKDF, RFC 5869). Everything that identifies a key, a body or a credential is
/// hashed before it reaches a store, so a stolen store confirms no guess about them.
/// Losing the secret orphans every record; two gateways share records only if they share it.
/// </summary>
public sealed class StoreSecret
{
    public const int SizeInBytes = 32;

    /// <param name="root">Exactly 32 bytes of randomness.</param>
    /// <exception cref="ArgumentException"><paramref name="root"/> has another length.</exception>
    public StoreSecret(ReadOnlySpan<byte> root)
    {
        if (root.Length != SizeInBytes)
            throw new ArgumentException($"the store secret is {SizeInBytes} bytes, not {root.Length}", nameof(root));
        StorageKeys = Derive(root, "idempotency-gateway/storage-key/1"u8);
        Fingerprints = Derive(root, "idempotency-gateway/fingerprint/1"u8);
        Callers = Derive(root, "idempotency-gateway/caller/1"u8);
        DerivedKeys = Derive(root, "idempotency-gateway/derived-key/1"u8);
        Subjects = Derive(root, "idempotency-gateway/subject/1"u8);
        RecordKey = DeriveBytes(root, "idempotency-gateway/record-key/1"u8);
        Consents = Derive(root, "idempotency-gateway/consent/1"u8);
        Sightings = Derive(root, "idempotency-gateway/sighting/1"u8);
        Contents = new(DeriveBytes(root, "idempotency-gateway/content/1"u8));
        Mark = Digest256.Read(DeriveBytes(root, "idempotency-gateway/mark/1"u8));
    }

    internal KeyedHash StorageKeys { get; }

    internal KeyedHash Fingerprints { get; }

    internal KeyedHash Callers { get; }

    internal KeyedHash DerivedKeys { get; }

    internal KeyedHash Subjects { get; }

    internal KeyedHash Consents { get; }

    internal KeyedHash Sightings { get; }

    internal ContentHash Contents { get; }

    /// <summary>Encrypts the data keys of records where no key ring is configured. 32 bytes.</summary>
    public ReadOnlyMemory<byte> RecordKey { get; }

    /// <summary>Identifies the secret without revealing it.</summary>
    public Digest256 Mark { get; }

    private static KeyedHash Derive(ReadOnlySpan<byte> root, ReadOnlySpan<byte> purpose) => new(DeriveBytes(root, purpose));

    private static byte[] DeriveBytes(ReadOnlySpan<byte> root, ReadOnlySpan<byte> purpose)
    {
        var key = new byte[SizeInBytes];
        HKDF.Expand(HashAlgorithmName.SHA256, root, key, purpose);
        return key;
    }
}
