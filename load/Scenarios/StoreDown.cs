using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class StoreDown : Scenario
{
    public override string Says => "first calls while Redis is down: refused with 503, nothing is sent";

    public override async Task<Staged> StartAsync(Stage stage)
    {
        var redis = await stage.RedisAsync();
        var gateway = await stage.GatewayAsync(new() { Store = StoreSetup.Redis(redis) });
        await stage.StopAsync(redis);
        return new(gateway, number => Calls.Fresh(number) with { Expected = StatusCodes.Status503ServiceUnavailable }) { Executions = _ => 0 };
    }
}
