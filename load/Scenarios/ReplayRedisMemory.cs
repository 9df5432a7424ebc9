using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class ReplayRedisMemory : Scenario
{
    public override string Says => "one key, recorded in Redis and answered from the copy in memory (the default)";

    public override Scenario Baseline => new NginxReplay();

    public override async Task<Staged> StartAsync(Stage stage) =>
        new(await stage.GatewayAsync(new() { Store = StoreSetup.Redis(await stage.RedisAsync()) }), Calls.Same) { Executions = _ => 1 };
}
