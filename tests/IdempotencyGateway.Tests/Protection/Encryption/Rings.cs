using System.Security.Cryptography;
using System.Text;
using IdempotencyGateway.Protection.Encryption;

namespace IdempotencyGateway.Tests.Protection.Encryption;

/// <summary>Encryption keys and key rings derived from names: equal names give equal keys.</summary>
internal static class Rings
{
    public static RingKey Key(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes("ring key/" + name)), DateTimeOffset.UnixEpoch);

    /// <summary>A key ring with these keys, of which the last one is active.</summary>
    public static KeyRing Of(params string[] names)
    {
        var keys = names.Select(Key).ToArray();
        return new(keys, keys[^1]);
    }
}
