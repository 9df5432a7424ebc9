using System.Security.Cryptography;

namespace IdempotencyGateway.Protection.Encryption;

/// <summary>
/// Random data keys, drawn in batches, because one call to the operating system's generator costs nearly the same for one key as for all. The buffer is pinned, so that the garbage collector
/// leaves no copies, and each key is wiped from it when it is taken.
/// </summary>
internal static class FreshKeys
{
    private const int Drawn = 64;

    [ThreadStatic]
    private static byte[]? _keys;

    [ThreadStatic]
    private static int _left;

    /// <param name="key">Receives 32 bytes, which are handed out only once.</param>
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
