using System.Buffers.Binary;
using System.Security.Cryptography;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Tests.Stores;

/// <summary>Keys, fingerprints and owners derived from readable names.</summary>
internal static class StoreSamples
{
    public static StorageKey Key(string name) => new(Digest("key/" + name));

    public static Fingerprint Fingerprint(string name) => new(Digest("fingerprint/" + name));

    public static OwnerId Owner(string name)
    {
        Span<byte> bytes = stackalloc byte[Digest256.SizeInBytes];
        Digest("owner/" + name).Write(bytes);
        return new(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    private static Digest256 Digest(string name) => Digest256.Read(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)));
}
