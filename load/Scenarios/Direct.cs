using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class Direct : Scenario
{
    public override string Says => "the provider alone, with nothing in front of it";

    public override async Task<Staged> StartAsync(Stage stage) => new(await stage.ProviderAsync(), Calls.Fresh) { Executions = calls => calls };
}
