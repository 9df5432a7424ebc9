using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class ReplayRedis : Scenario
{
    public override string Says => "one key, read from Redis each time (Cache.MaxSize 0)";

    public override Scenario Baseline => new BareKestrel();

    public override async Task<Staged> StartAsync(Stage stage)
    {
        var store = StoreSetup.Redis(await stage.RedisAsync());
        return new(await stage.GatewayAsync(new() { Store = store, KeepsCopies = false }), Calls.Same) { Executions = _ => 1 };
    }
}
