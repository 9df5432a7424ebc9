using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class BareYarp : Scenario
{
    public override string Says => "YARP alone, hosted as the gateway is";

    public override async Task<Staged> StartAsync(Stage stage) => new(await stage.BareYarpAsync(), Calls.Fresh) { Executions = calls => calls };
}
