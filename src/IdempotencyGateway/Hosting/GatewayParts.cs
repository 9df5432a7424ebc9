using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Protection.Encryption;

namespace IdempotencyGateway.Hosting;

/// <summary>The dependencies that a gateway is built from, beside its configuration.</summary>
/// <param name="Store">Owned by the caller, who also closes it.</param>
public sealed record GatewayParts(IIdempotencyStore Store, StoreSecret Secret, TimeProvider Clock)
{
    /// <summary>The tokens that the admin listener accepts. Without any, it accepts only connections from this machine.</summary>
    public AdminTokens AdminTokens { get; init; } = AdminTokens.None;

    /// <summary>The keys that records are encrypted under; null stores them in plain text.</summary>
    public KeyRingSource? KeyRing { get; init; }

    /// <summary>How many files the process may have open, which bounds its connections; null for no limit.</summary>
    public int? OpenFiles { get; init; }
}
