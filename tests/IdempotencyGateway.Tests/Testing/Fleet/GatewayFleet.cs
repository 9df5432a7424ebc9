namespace IdempotencyGateway.Tests.Testing.Fleet;

/// <summary>Gateway processes that share a configuration, a store and a store secret, with one guarded route, "all", to one provider.</summary>
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

    /// <summary>The replica at this position. A killed one keeps its position until <see cref="StartAgainAsync"/>.</summary>
    public Replica this[int index] => _replicas[index];

    /// <param name="store">The members of the Store section, without SecretFile.</param>
    /// <param name="policy">The members of the policy that differ from the defaults.</param>
    /// <param name="profile">The members of the route's fraud profile; null for a route without fraud signals.</param>
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
        // The first process creates the secret file that all share.
        await fleet.AddAsync();
        await Task.WhenAll(Enumerable.Range(1, count - 1).Select(_ => fleet.AddAsync()));
        return fleet;
    }

    /// <summary>Adds a replica, which has no in-memory copies of earlier answers.</summary>
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

    /// <summary>Starts a new process at the position of a killed one.</summary>
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
