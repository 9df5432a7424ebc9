using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class NginxReplay : Scenario
{
    public override string Says => "nginx, Lua and Redis: one key, read from Redis each time";

    public override async Task<Staged> StartAsync(Stage stage)
    {
        var nginx = await stage.NginxAsync();
        await Calls.MakeFirstAsync(nginx.Address);
        return new(nginx, Calls.Same) { Executions = _ => 1 };
    }
}
