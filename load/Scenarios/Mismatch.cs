using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class Mismatch : Scenario
{
    public override string Says => "a used key with another body, refused with 422";

    public override Scenario Baseline => new ReplayMemory();

    public override async Task<Staged> StartAsync(Stage stage)
    {
        var gateway = await stage.GatewayAsync(new());
        await Calls.MakeFirstAsync(gateway.Address);
        return new(gateway, Calls.Reused) { Executions = _ => 1 };
    }
}
