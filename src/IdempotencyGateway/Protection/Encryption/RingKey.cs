using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace IdempotencyGateway.Protection.Encryption;

/// <summary>
/// A key-encryption key: wraps the key of every record that was sealed under it, from any thread. Its id is computed from it, so that one id never names two
/// keys, and a key that was copied wrongly is found out.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "What its threads prepared is let go with it: records under way may still use a key that has left the ring.")]
public sealed class RingKey
{
    public const int SizeInBytes = 32;

    private readonly byte[] _key;
    private readonly ThreadLocal<Wrapping> _wrapping;

    /// <param name="key">Exactly 32 bytes of randomness.</param>
    /// <param name="created">For people; decides nothing.</param>
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

    /// <param name="nonce">12 bytes; where the nonce is written that the wrapping used.</param>
    public void Wrap(ReadOnlySpan<byte> dataKey, Span<byte> nonce, Span<byte> wrapped, Span<byte> tag, ReadOnlySpan<byte> associated)
    {
        var wrapping = _wrapping.Value!;
        wrapping.NextNonce(nonce);
        wrapping.Aes.Encrypt(nonce, dataKey, wrapped, tag, associated);
    }

    /// <returns>False when the bytes were not wrapped by this key for this place.</returns>
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
    /// One thread's. A nonce must never come twice under one key. Random ones of 96 bits may not be drawn more often than 2^32 times (NIST SP 800-38D §8.3), which a busy fleet
    /// reaches in weeks; so only the first 64 bits are drawn, once, and the rest counts.
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
