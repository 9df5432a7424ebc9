using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class EncryptionOff : Scenario
{
    public override string Says => "first calls recorded in SQLite without encryption";

    public override async Task<Staged> StartAsync(Stage stage) =>
        new(await stage.GatewayAsync(new() { IsEncrypted = false }), Calls.Fresh) { Executions = calls => calls };
}
