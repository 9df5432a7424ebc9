using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class FilledSqlite : Scenario
{
    public override string Says => "first calls recorded in a SQLite store that already has many records (--records)";

    public override Scenario Baseline => new FirstCallSqlite();

    public override async Task<Staged> StartAsync(Stage stage)
    {
        var file = Path.Combine(stage.NewFolder("sqlite"), "gateway.db");
        await SqliteFilling.FillAsync(file, stage.Options.Records);
        return new(await stage.GatewayAsync(new() { Store = StoreSetup.Sqlite(file) }), Calls.Fresh) { Executions = calls => calls };
    }
}
