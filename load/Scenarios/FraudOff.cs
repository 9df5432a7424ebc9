using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

/// <summary>What <see cref="FraudOn"/> and <see cref="FraudCounted"/> are compared against: the same requests on the same route without a profile.</summary>
internal sealed class FraudOff : Scenario
{
    public override string Says => "the same requests as FraudOn, not scored";

    public override Scenario Baseline => new FirstCallSqlite();

    public override async Task<Staged> StartAsync(Stage stage) => new(await stage.GatewayAsync(new()), Calls.From(FraudProfile.Callers)) { Executions = calls => calls };
}
