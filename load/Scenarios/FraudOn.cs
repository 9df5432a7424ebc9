using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class FraudOn : Scenario
{
    public override string Says => "first calls with fraud scoring: a list of 100,000 networks, MMDB files of cities and networks, address and device checks";

    public override Scenario Baseline => new FraudOff();

    public override async Task<Staged> StartAsync(Stage stage)
    {
        var profile = FraudProfile.Write(stage.NewFolder("fraud"), isCounted: false);
        return new(await stage.GatewayAsync(new() { Profile = profile }), Calls.From(FraudProfile.Callers)) { Executions = calls => calls };
    }
}
