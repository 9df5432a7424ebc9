using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class ReplaySqlite : Scenario
{
    public override string Says => "one key, read from SQLite each time (Cache.MaxSize 0)";

    public override Scenario Baseline => new BareKestrel();

    public override async Task<Staged> StartAsync(Stage stage) => new(await stage.GatewayAsync(new() { KeepsCopies = false }), Calls.Same) { Executions = _ => 1 };
}
