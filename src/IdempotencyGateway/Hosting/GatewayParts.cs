using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Protection.Encryption;

namespace IdempotencyGateway.Hosting;

/// <summary>What the gateway is given from outside.</summary>
/// <param name="Store">Closed by whoever opened it.</param>
public sealed record GatewayParts(IIdempotencyStore Store, StoreSecret Secret, TimeProvider Clock)
{
    /// <summary>Who may operate it; without any, only this machine may.</summary>
    public AdminTokens AdminTokens { get; init; } = AdminTokens.None;

    /// <summary>What records are sealed under; null leaves them plain.</summary>
    public KeyRingSource? KeyRing { get; init; }

    /// <summary>How many files the process may have open, which limits have to fit; null for any number.</summary>
    public int? OpenFiles { get; init; }
}
