using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Protection.Encryption;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>How a <see cref="GatewayUnderTest"/> differs from the default one.</summary>
public sealed class GatewaySetup
{
    public IdempotencyPolicy Policy { get; set; } = new() { Name = "tested" };

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public Func<IIdempotencyStore, IIdempotencyStore> WrapStore { get; set; } = store => store;

    /// <summary>Replaces the SQLite store. It is disposed with the gateway.</summary>
    public IIdempotencyStore? StoreInstead { get; set; }

    /// <summary>The database's folder; null for a temporary folder that is deleted with the gateway.</summary>
    public TemporaryFolder? Folder { get; set; }

    /// <summary>Whether the gateway also has an admin listener.</summary>
    public bool Admin { get; set; }

    public AdminTokens AdminTokens { get; set; } = AdminTokens.None;

    /// <summary>The key ring that records are encrypted under; by default the one of a gateway without a configured key ring.</summary>
    public Func<StoreSecret, KeyRingSource?> KeyRing { get; set; } = secret => ConfiguredKeyRing.Open(new EncryptionSnapshot(), fromEnvironment: null, secret);

    public Func<GatewaySnapshot, GatewaySnapshot> Adjust { get; set; } = snapshot => snapshot;

    public Func<RouteConfig, RouteConfig> AdjustRoute { get; set; } = route => route;

    /// <summary>YARP's HTTP client settings for the provider's cluster.</summary>
    public HttpClientConfig? HttpClient { get; set; }

    public ForwarderRequestConfig? HttpRequest { get; set; }

    public Func<Uri, IReadOnlyDictionary<string, DestinationConfig>> Destinations { get; set; } =
        provider => new Dictionary<string, DestinationConfig> { ["primary"] = new() { Address = provider.ToString() } };
}
