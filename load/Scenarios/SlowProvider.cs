using IdempotencyGateway.Load.Client;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class SlowProvider : Scenario
{
    private static readonly TimeSpan ProviderTakes = TimeSpan.FromMilliseconds(500);

    public override string Says => "first calls to a provider that takes 500 ms for each";

    public override LoadShape Shape => new(Connections: 512);

    public override async Task<Staged> StartAsync(Stage stage)
    {
        var session = Calls.SessionThatTakes(ProviderTakes);
        return new(await stage.GatewayAsync(new()), number => new(session, number, StatusCodes.Status201Created)) { Executions = calls => calls };
    }
}
