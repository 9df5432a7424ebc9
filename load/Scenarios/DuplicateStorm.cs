using IdempotencyGateway.Load.Client;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

/// <summary>As many clients as connections send each key at about the same time: one is forwarded, the others wait for its answer.</summary>
internal sealed class DuplicateStorm : Scenario
{
    private const int Duplicates = 64;

    private static readonly TimeSpan ProviderTakes = TimeSpan.FromMilliseconds(20);

    public override string Says => "64 clients, one key, over and over; the provider takes 20 ms";

    public override LoadShape Shape => new(Connections: Duplicates);

    public override async Task<Staged> StartAsync(Stage stage)
    {
        var session = Calls.SessionThatTakes(ProviderTakes);
        return new(await stage.GatewayAsync(new()), number => new(session, number / Duplicates, StatusCodes.Status201Created))
        {
            Executions = calls => (calls + Duplicates - 1) / Duplicates,
        };
    }
}
