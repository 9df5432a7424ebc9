using System.Security.Cryptography;

namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// HMAC-SHA256 under one key; thread-safe. Each thread keeps a prepared hash, because looking up the algorithm and setting up the key costs more than
/// hashing the fields of a request.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "Lives as long as the store secret, which is as long as the process.")]
internal sealed class KeyedHash(byte[] key)
{
    private readonly ThreadLocal<IncrementalHash> _prepared = new(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key));

    /// <param name="rest">The rest of the message after <paramref name="bytes"/>, from another place in memory.</param>
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
