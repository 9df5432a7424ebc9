using System.Security.Cryptography;

namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>SHA-256 of a body in its canonical form. Not keyed: it goes into the keyed hash and nowhere else.</summary>
internal static class BodyDigest
{
    [ThreadStatic]
    private static IncrementalHash? _prepared;

    /// <param name="digest">32 bytes.</param>
    public static void Compute(ReadOnlySpan<byte> body, Span<byte> digest)
    {
        var hash = _prepared ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(body);
        hash.GetHashAndReset(digest);
    }
}
