using IdempotencyGateway.Load.Client;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

/// <summary>All connections send the same key at about the same time. One request is forwarded, and the others wait for its answer; then the next key follows.</summary>
internal sealed class DuplicateStorm : Scenario
{
    private const int Duplicates = 64;

    private static readonly TimeSpan ProviderTakes = TimeSpan.FromMilliseconds(20);

    public override string Says => "64 clients send the same key at once, key after key; the provider takes 20 ms";

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
