using IdempotencyGateway.Load.Client;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class BareYarpImages : Scenario
{
    public override string Says => "YARP alone, 2 MB multipart uploads";

    public override LoadShape Shape => new(Connections: 8);

    public override async Task<Staged> StartAsync(Stage stage) => new(await stage.BareYarpAsync(), Calls.Images()) { Executions = calls => calls };
}
