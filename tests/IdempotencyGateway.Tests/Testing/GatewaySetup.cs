using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Protection.Encryption;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>What a test wants to be different from the usual gateway.</summary>
public sealed class GatewaySetup
{
    public IdempotencyPolicy Policy { get; set; } = new() { Name = "tested" };

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public Func<IIdempotencyStore, IIdempotencyStore> WrapStore { get; set; } = store => store;

    /// <summary>Takes the database's place, and is closed with the gateway.</summary>
    public IIdempotencyStore? StoreInstead { get; set; }

    /// <summary>Where the database lies; null gives it a folder of its own that is gone with the gateway.</summary>
    public TemporaryFolder? Folder { get; set; }

    /// <summary>Whether it listens for operators, too.</summary>
    public bool Admin { get; set; }

    public AdminTokens AdminTokens { get; set; } = AdminTokens.None;

    /// <summary>What records are sealed under; by default what a gateway without a ring of its own uses.</summary>
    public Func<StoreSecret, KeyRingSource?> KeyRing { get; set; } = secret => ConfiguredKeyRing.Open(new EncryptionSnapshot(), fromEnvironment: null, secret);

    public Func<GatewaySnapshot, GatewaySnapshot> Adjust { get; set; } = snapshot => snapshot;

    public Func<RouteConfig, RouteConfig> AdjustRoute { get; set; } = route => route;

    /// <summary>How the gateway's client treats the provider's connections.</summary>
    public HttpClientConfig? HttpClient { get; set; }

    public ForwarderRequestConfig? HttpRequest { get; set; }

    public Func<Uri, IReadOnlyDictionary<string, DestinationConfig>> Destinations { get; set; } =
        provider => new Dictionary<string, DestinationConfig> { ["primary"] = new() { Address = provider.ToString() } };
}
