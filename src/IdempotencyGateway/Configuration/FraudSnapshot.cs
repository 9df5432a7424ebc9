using System.Collections.Frozen;
using IdempotencyGateway.Core.Fraud.Addresses;

namespace IdempotencyGateway.Configuration;

/// <summary>The fraud settings: profiles, the routes that use them, and what the profiles share.</summary>
public sealed record FraudSnapshot
{
    /// <summary>The peers that are believed about a client's address (X-Forwarded-For, Forwarded) and about an edge's score.</summary>
    public AddressList TrustedProxies { get; init; } = AddressList.Empty;

    /// <summary>The header in which trusted proxies name the client's address.</summary>
    public ForwardingHeader ForwardingHeader { get; init; } = ForwardingHeader.Either;

    /// <summary>The files that signing keys were read from.</summary>
    public IReadOnlyList<ConfigurationFile> KeyFiles { get; init; } = [];

    /// <summary>By name, in any letter case.</summary>
    public FrozenDictionary<string, FraudProfile> Profiles { get; init; } = FrozenDictionary<string, FraudProfile>.Empty;

    /// <summary>By route id. Requests of other routes are not scored.</summary>
    public FrozenDictionary<string, FraudProfile> Routes { get; init; } = FrozenDictionary<string, FraudProfile>.Empty;
}
