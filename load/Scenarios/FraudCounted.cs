using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class FraudCounted : Scenario
{
    public override string Says => "as FraudOn, and counted by address, credential and device over three windows";

    public override Scenario Baseline => new FraudOff();

    public override async Task<Staged> StartAsync(Stage stage)
    {
        var profile = FraudProfile.Write(stage.NewFolder("fraud"), isCounted: true);
        return new(await stage.GatewayAsync(new() { Profile = profile }), Calls.From(FraudProfile.Callers)) { Executions = calls => calls };
    }
}
