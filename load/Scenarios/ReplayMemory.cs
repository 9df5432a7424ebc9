using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class ReplayMemory : Scenario
{
    public override string Says => "one key, answered from the copy in memory";

    public override Scenario Baseline => new BareKestrel();

    public override async Task<Staged> StartAsync(Stage stage) => new(await stage.GatewayAsync(new()), Calls.Same) { Executions = _ => 1 };
}
