using System.Security.Cryptography;

namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// HMAC-SHA256 under one key, from any thread. Each thread keeps a prepared hash, because looking the algorithm up and scheduling the key anew costs more than
/// hashing what a request brings.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "Lives as long as the store secret, which is as long as the process.")]
internal sealed class KeyedHash(byte[] key)
{
    private readonly ThreadLocal<IncrementalHash> _prepared = new(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key));

    /// <param name="rest">What follows <paramref name="bytes"/> in the message, where it lies elsewhere.</param>
    public Digest256 Compute(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> rest = default)
    {
        var hash = _prepared.Value!;
        hash.AppendData(bytes);
        // Each call into the library costs as much as hashing a few hundred bytes.
        if (!rest.IsEmpty)
            hash.AppendData(rest);
        Span<byte> digest = stackalloc byte[Digest256.SizeInBytes];
        hash.GetHashAndReset(digest);
        return Digest256.Read(digest);
    }
}
