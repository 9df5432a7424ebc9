using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class FirstCallRedis : Scenario
{
    public override string Says => "every request has a new key: claim, forward, record in one Redis (append-only, fsync every second) on this machine";

    public override Scenario Baseline => new BareYarp();

    public override async Task<Staged> StartAsync(Stage stage) =>
        new(await stage.GatewayAsync(new() { Store = StoreSetup.Redis(await stage.RedisAsync()) }), Calls.Fresh) { Executions = calls => calls };
}
