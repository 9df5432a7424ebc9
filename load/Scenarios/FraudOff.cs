using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

/// <summary>The baseline of <see cref="FraudOn"/> and <see cref="FraudCounted"/>: the same requests on the same route without a fraud profile.</summary>
internal sealed class FraudOff : Scenario
{
    public override string Says => "the requests of FraudOn without scoring";

    public override Scenario Baseline => new FirstCallSqlite();

    public override async Task<Staged> StartAsync(Stage stage) => new(await stage.GatewayAsync(new()), Calls.From(FraudProfile.Callers)) { Executions = calls => calls };
}
