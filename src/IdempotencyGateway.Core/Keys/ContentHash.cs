using System.Security.Cryptography;

namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// 128 bits of a content, five times as fast as SHA-256, from any thread: the tag of AES-GCM over it, always under the same nonce. That is a universal hash. To whoever knows
/// neither the key nor a tag, two contents have the same one with a chance of their blocks in 2^128, so it goes into a keyed hash and nowhere else. Who holds the store secret
/// can make contents meet.
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
