using System.Security.Cryptography;

namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// A keyed 128-bit hash of large contents, five times as fast as SHA-256 and thread-safe: the tag of AES-GCM over the content as associated data, always with the same nonce. This makes it
/// a universal hash: without knowledge of the key or of any tag, two contents collide with probability (number of 16-byte blocks) / 2^128. Because tags must stay secret, they only go into a keyed
/// hash. Whoever holds the store secret can construct collisions.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "Lives as long as the store secret, which is as long as the process.")]
internal sealed class ContentHash(byte[] key)
{
    public const int SizeInBytes = 16;

    private static readonly byte[] Nonce = new byte[12];

    private readonly ThreadLocal<AesGcm> _prepared = new(() => new AesGcm(key, SizeInBytes));

    /// <param name="digest">16 bytes.</param>
    public void Compute(ReadOnlySpan<byte> content, Span<byte> digest) =>
        _prepared.Value!.Encrypt(Nonce, plaintext: [], ciphertext: [], digest, associatedData: content);
}
