using System.Text.Json.Nodes;

namespace IdempotencyGateway.Load.Servers;

/// <summary>A gateway's configuration: the defaults, except for what is set here and for limits that a single caller who makes all requests would hit.</summary>
internal sealed record GatewaySetup
{
    public JsonObject Store { get; init; } = StoreSetup.Sqlite();

    /// <summary>False for a route without a policy, on which YARP forwards everything.</summary>
    public bool IsGuarded { get; init; } = true;

    public bool IsEncrypted { get; init; } = true;

    /// <summary>False to keep no copies of records in memory, so that every replay comes from the store.</summary>
    public bool KeepsCopies { get; init; } = true;

    /// <summary>The folder of a published gateway; null for the one that is built together with this program.</summary>
    public string? PublishedFolder { get; init; }

    /// <summary>The fraud profile's configuration; null for no profile.</summary>
    public JsonObject? Profile { get; init; }

    /// <param name="secretFile">The store secret; the same for all gateways that share a store.</param>
    public string ToJson(Uri provider, string secretFile)
    {
        var store = (JsonObject)Store.DeepClone();
        store["SecretFile"] = secretFile;
        store["Encryption"] = new JsonObject { ["Enabled"] = IsEncrypted };
        var route = new JsonObject { ["ClusterId"] = "provider", ["Match"] = new JsonObject { ["Path"] = "/{**path}" } };
        if (IsGuarded)
            route["Metadata"] = new JsonObject { ["Idempotency"] = "load" };
        if (Profile is not null)
            route["Transforms"] = new JsonArray(new JsonObject { ["FraudSignals"] = "load" });
        var configuration = new JsonObject
        {
            ["Listen"] = new JsonObject { ["Proxy"] = new JsonArray("http://127.0.0.1:0"), ["Admin"] = "none" },
            [nameof(Store)] = store,
            ["Idempotency"] = new JsonObject
            {
                ["Policies"] = new JsonObject
                {
                    ["load"] = new JsonObject { ["Methods"] = new JsonArray("POST"), ["InFlight"] = new JsonObject { ["Timeout"] = "2m" } },
                },
            },
            ["Limits"] = RoomForOneCaller(),
            ["Logging"] = new JsonObject { ["LogLevel"] = new JsonObject { ["Default"] = "None" } },
            ["ReverseProxy"] = new JsonObject
            {
                ["Routes"] = new JsonObject { ["all"] = route },
                ["Clusters"] = new JsonObject
                {
                    ["provider"] = new JsonObject { ["Destinations"] = new JsonObject { ["one"] = new JsonObject { ["Address"] = provider.ToString() } } },
                },
            },
        };
        if (!KeepsCopies)
            configuration["Cache"] = new JsonObject { ["MaxSize"] = 0 };
        if (Profile is not null)
            configuration["Fraud"] = new JsonObject { ["TrustedProxies"] = new JsonArray("127.0.0.1"), ["Profiles"] = new JsonObject { ["load"] = Profile.DeepClone() } };
        return configuration.ToJsonString();
    }

    private static JsonObject RoomForOneCaller()
    {
        return new()
        {
            ["Requests"] = Both(20_000),
            ["Executions"] = Both(20_000),
            ["Waiters"] = Both(20_000),
            ["NewKeys"] = new JsonObject { ["PerCaller"] = 1_000_000_000 },
        };

        static JsonObject Both(int limit) => new() { ["Total"] = limit, ["PerCaller"] = limit };
    }
}
