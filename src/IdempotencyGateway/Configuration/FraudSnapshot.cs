using System.Collections.Frozen;
using IdempotencyGateway.Core.Fraud.Addresses;

namespace IdempotencyGateway.Configuration;

/// <summary>How requests are scored for signs of fraud, and what follows.</summary>
public sealed record FraudSnapshot
{
    /// <summary>Whose word counts on where a request comes from (X-Forwarded-For, Forwarded), and on what an edge found out about it.</summary>
    public AddressList TrustedProxies { get; init; } = AddressList.Empty;

    /// <summary>In which of the two headers they say it.</summary>
    public ForwardingHeader ForwardingHeader { get; init; } = ForwardingHeader.Either;

    /// <summary>From which keys were read.</summary>
    public IReadOnlyList<ConfigurationFile> KeyFiles { get; init; } = [];

    /// <summary>By name, in any letter case.</summary>
    public FrozenDictionary<string, FraudProfile> Profiles { get; init; } = FrozenDictionary<string, FraudProfile>.Empty;

    /// <summary>By route id; requests of routes that are not here are not scored.</summary>
    public FrozenDictionary<string, FraudProfile> Routes { get; init; } = FrozenDictionary<string, FraudProfile>.Empty;
}
