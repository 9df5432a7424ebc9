using System.Security.Cryptography;
using System.Text;
using IdempotencyGateway.Protection.Encryption;

namespace IdempotencyGateway.Tests.Protection.Encryption;

/// <summary>Keys and rings by name: the same name is the same key.</summary>
internal static class Rings
{
    public static RingKey Key(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes("ring key/" + name)), DateTimeOffset.UnixEpoch);

    /// <summary>The last is active.</summary>
    public static KeyRing Of(params string[] names)
    {
        var keys = names.Select(Key).ToArray();
        return new(keys, keys[^1]);
    }
}
