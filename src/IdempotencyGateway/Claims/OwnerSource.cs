using System.Security.Cryptography;
using IdempotencyGateway.Core.Claims;

namespace IdempotencyGateway.Claims;

/// <summary>Draws the owner of each attempt.</summary>
public sealed class OwnerSource
{
    public OwnerId Next()
    {
        Span<byte> random = stackalloc byte[OwnerId.SizeInBytes];
        RandomNumberGenerator.Fill(random);
        return OwnerId.From(random);
    }
}
