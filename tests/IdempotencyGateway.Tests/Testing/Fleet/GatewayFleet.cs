namespace IdempotencyGateway.Tests.Testing.Fleet;

/// <summary>Gateway processes with one configuration: one store, one secret, one provider behind the guarded route "all".</summary>
internal sealed class GatewayFleet : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<Replica> _everStarted = [];
    private volatile Replica[] _replicas = [];

    private GatewayFleet()
    {
    }

    public int Count => _replicas.Length;

    private string Configuration => _folder.File("gateway.json");

    /// <summary>A killed one stays in its place until <see cref="StartAgainAsync"/>.</summary>
    public Replica this[int index] => _replicas[index];

    /// <param name="store">The members of the Store section, the secret's file excepted.</param>
    /// <param name="policy">What the policy says beyond the defaults.</param>
    /// <param name="profile">Of the route's fraud signals; null for a route without.</param>
    public static async Task<GatewayFleet> StartAsync(int count, Uri provider, string store, string policy = "", string? profile = null)
    {
        var fleet = new GatewayFleet();
        await File.WriteAllTextAsync(fleet.Configuration, $$"""
            {
              "Listen": { "Proxy": ["http://127.0.0.1:0"], "Admin": "none" },
              "Store": { {{store}}, "SecretFile": "store.secret" },
              "Idempotency": { "Policies": { "tested": { {{policy}} } } },
              "Logging": { "LogLevel": { "Default": "None" } },
              "Fraud": { "Profiles": { "tested": { {{profile}} } } },
              "ReverseProxy": {
                "Routes": { "all": { "ClusterId": "provider", "Match": { "Path": "/{**path}" }, "Metadata": { "Idempotency": "tested" }{{(profile is null ? "" : ", \"Transforms\": [ { \"FraudSignals\": \"tested\" } ]")}} } },
                "Clusters": { "provider": { "Destinations": { "one": { "Address": "{{provider}}" } } } }
              }
            }
            """);
        // The first makes the secret that all share.
        await fleet.AddAsync();
        await Task.WhenAll(Enumerable.Range(1, count - 1).Select(_ => fleet.AddAsync()));
        return fleet;
    }

    /// <summary>One more, which has seen nothing of what the others did.</summary>
    public async Task<Replica> AddAsync()
    {
        var replica = await Replica.StartAsync(Configuration);
        lock (_everStarted)
        {
            _everStarted.Add(replica);
            _replicas = [.. _replicas, replica];
        }
        return replica;
    }

    /// <summary>Another process in the place of a killed one.</summary>
    public async Task StartAgainAsync(int index)
    {
        var replica = await Replica.StartAsync(Configuration);
        lock (_everStarted)
        {
            _everStarted.Add(replica);
            _replicas = [.. _replicas.Select((old, i) => i == index ? replica : old)];
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _everStarted)
            await replica.DisposeAsync();
        _folder.Dispose();
    }
}
