using System.Security.Cryptography;
using IdempotencyGateway.Core.Claims;

namespace IdempotencyGateway.Claims;

/// <summary>Generates a random owner id for each attempt. Random bytes are fetched for many ids at once, because each call to the system's generator is expensive.</summary>
public sealed class OwnerSource
{
    private const int OwnersPerFetch = 64;

    [ThreadStatic]
    private static byte[]? _random;

    [ThreadStatic]
    private static int _used;

    public OwnerId Next()
    {
        var random = _random ??= new byte[OwnersPerFetch * OwnerId.SizeInBytes];
        if (_used == 0)
            RandomNumberGenerator.Fill(random);
        var owner = OwnerId.From(random.AsSpan(_used, OwnerId.SizeInBytes));
        _used = (_used + OwnerId.SizeInBytes) % random.Length;
        return owner;
    }
}
