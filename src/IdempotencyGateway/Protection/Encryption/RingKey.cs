using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace IdempotencyGateway.Protection.Encryption;

/// <summary>
/// A key-encryption key: wraps the data keys of records. Thread-safe. Its id is computed from the key, so that an id never names two
/// keys, and a wrongly copied key is detected.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The ThreadLocal is left to the garbage collector: records under way may still use a key that has left the ring.")]
public sealed class RingKey
{
    public const int SizeInBytes = 32;

    private readonly byte[] _key;
    private readonly ThreadLocal<Wrapping> _wrapping;

    /// <param name="key">Exactly 32 bytes of randomness.</param>
    /// <param name="created">For information only.</param>
    public RingKey(ReadOnlySpan<byte> key, DateTimeOffset created)
    {
        if (key.Length != SizeInBytes)
            throw new ArgumentException($"a key is {SizeInBytes} bytes, not {key.Length}", nameof(key));
        _key = key.ToArray();
        Created = created;
        Id = BinaryPrimitives.ReadUInt64BigEndian(HMACSHA256.HashData(key, "idempotency-gateway/key-id/1"u8));
        _wrapping = new(() => new(_key));
    }

    public ulong Id { get; }

    /// <summary>16 hex digits.</summary>
    public string Name => NameOf(Id);

    public DateTimeOffset Created { get; }

    internal ReadOnlySpan<byte> Bytes => _key;

    public static string NameOf(ulong id) => id.ToString("x16", CultureInfo.InvariantCulture);

    /// <param name="nonce">Receives the 12 bytes of the nonce that was used.</param>
    public void Wrap(ReadOnlySpan<byte> dataKey, Span<byte> nonce, Span<byte> wrapped, Span<byte> tag, ReadOnlySpan<byte> associated)
    {
        var wrapping = _wrapping.Value!;
        wrapping.NextNonce(nonce);
        wrapping.Aes.Encrypt(nonce, dataKey, wrapped, tag, associated);
    }

    /// <returns>False when the bytes were not wrapped by this key with this associated data.</returns>
    public bool TryUnwrap(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> tag, Span<byte> dataKey, ReadOnlySpan<byte> associated)
    {
        try
        {
            _wrapping.Value!.Aes.Decrypt(nonce, wrapped, tag, dataKey, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>
    /// One thread's cipher and nonces. A nonce must never repeat under one key. Random 96-bit nonces are limited to 2^32 per key (NIST SP 800-38D §8.3), which a busy fleet
    /// reaches in weeks. So 64 bits are drawn at random, and the remaining 32 are a counter; when it wraps around, new ones are drawn.
    /// </summary>
    private sealed class Wrapping(byte[] key)
    {
        private ulong _drawn;
        private uint _count;

        public AesGcm Aes { get; } = new(key, SealedRecord.TagInBytes);

        public void NextNonce(Span<byte> nonce)
        {
            if (_count == 0)
                _drawn = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
            BinaryPrimitives.WriteUInt64LittleEndian(nonce, _drawn);
            BinaryPrimitives.WriteUInt32LittleEndian(nonce[sizeof(ulong)..], _count++);
        }
    }
}
