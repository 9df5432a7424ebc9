using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class FirstCallSqlite : Scenario
{
    public override string Says => "every request has a new key: claim, forward, record in SQLite with fsync";

    public override Scenario Baseline => new BareYarp();

    public override async Task<Staged> StartAsync(Stage stage) => new(await stage.GatewayAsync(new()), Calls.Fresh) { Executions = calls => calls };
}
