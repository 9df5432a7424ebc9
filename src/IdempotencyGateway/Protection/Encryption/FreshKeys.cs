using System.Security.Cryptography;

namespace IdempotencyGateway.Protection.Encryption;

/// <summary>
/// Data keys, drawn many at a time: asking the operating system costs nearly the same for one as for all of them. Each is wiped here when it is taken, and
/// lies where the runtime never moves it, so that no copy stays behind.
/// </summary>
internal static class FreshKeys
{
    private const int Drawn = 64;

    [ThreadStatic]
    private static byte[]? _keys;

    [ThreadStatic]
    private static int _left;

    /// <param name="key">32 bytes, which nobody else ever gets.</param>
    public static void Take(Span<byte> key)
    {
        var keys = _keys ??= GC.AllocateUninitializedArray<byte>(Drawn * RingKey.SizeInBytes, pinned: true);
        if (_left == 0)
        {
            RandomNumberGenerator.Fill(keys);
            _left = Drawn;
        }
        var next = keys.AsSpan(--_left * RingKey.SizeInBytes, RingKey.SizeInBytes);
        next.CopyTo(key);
        CryptographicOperations.ZeroMemory(next);
    }
}
