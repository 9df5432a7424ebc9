using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

internal sealed class BareKestrel : Scenario
{
    public override string Says => "an endpoint that reads the body and writes the bytes of a recorded answer: the lower bound for a replay";

    public override async Task<Staged> StartAsync(Stage stage) => new(await stage.BareKestrelAsync(), Calls.Same);
}
