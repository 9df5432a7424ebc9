using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class FilledRedis : Scenario
{
    public override string Says => "first calls recorded in a Redis that already has many records (--records)";

    public override Scenario Baseline => new FirstCallRedis();

    public override async Task<Staged> StartAsync(Stage stage)
    {
        var redis = await stage.RedisAsync();
        await RedisFilling.FillAsync(redis.Address, stage.Options.Records);
        return new(await stage.GatewayAsync(new() { Store = StoreSetup.Redis(redis) }), Calls.Fresh) { Executions = calls => calls };
    }
}
