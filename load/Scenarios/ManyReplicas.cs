using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

/// <summary>Each key is sent to two of the gateways at about the same time, as when a load balancer sends a retry to another replica.</summary>
internal sealed class ManyReplicas : Scenario
{
    public override string Says => "several gateways that share one Redis (--replicas); each key is sent to two of them";

    public override async Task<Staged> StartAsync(Stage stage)
    {
        var store = StoreSetup.Redis(await stage.RedisAsync());
        var gateways = new List<ServerProcess>();
        for (var i = 0; i < stage.Options.Replicas; i++)
            gateways.Add(await stage.GatewayAsync(new() { Store = store }));
        return new(new([.. gateways.Select(gateway => gateway.Address)], number => Calls.Fresh(number / 2)), gateways) { Executions = calls => (calls + 1) / 2 };
    }
}
