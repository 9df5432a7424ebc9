using IdempotencyGateway.Load.Client;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class LargeImages : Scenario
{
    public override string Says => "2 MB multipart uploads, each with a new key";

    public override Scenario Baseline => new BareYarpImages();

    public override LoadShape Shape => new(Connections: 8);

    public override async Task<Staged> StartAsync(Stage stage) => new(await stage.GatewayAsync(new()), Calls.Images()) { Executions = calls => calls };
}
