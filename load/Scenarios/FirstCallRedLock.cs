using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class FirstCallRedLock : Scenario
{
    public override string Says => "as FirstCallRedis, with a quorum of three more Redis nodes (fsync before each reply), all on this machine";

    public override Scenario Baseline => new BareYarp();

    public override async Task<Staged> StartAsync(Stage stage)
    {
        ServerProcess[] nodes = [await stage.RedisNodeAsync(), await stage.RedisNodeAsync(), await stage.RedisNodeAsync()];
        var store = StoreSetup.RedLock(await stage.RedisAsync(), nodes);
        return new(await stage.GatewayAsync(new() { Store = store }), Calls.Fresh) { Executions = calls => calls };
    }
}
