using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class PassThrough : Scenario
{
    public override string Says => "a route of the gateway without a policy";

    public override Scenario Baseline => new BareYarp();

    public override async Task<Staged> StartAsync(Stage stage) =>
        new(await stage.GatewayAsync(new() { IsGuarded = false }), Calls.Fresh) { Executions = calls => calls };
}
