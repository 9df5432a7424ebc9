using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class NginxFirstCall : Scenario
{
    public override string Says => "nginx, Lua and Redis: every request has a new key; claim, forward, record";

    public override async Task<Staged> StartAsync(Stage stage) => new(await stage.NginxAsync(), Calls.Fresh) { Executions = calls => calls };
}
