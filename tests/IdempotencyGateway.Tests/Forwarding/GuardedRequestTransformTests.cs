using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Forwarding;

public sealed class GuardedRequestTransformTests
{
    [Fact]
    public async Task A_guarded_route_is_forwarded_once_even_when_its_metadata_was_lost()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Close());
        await using var gateway = await Asking.Guard(provider.Address, setup => setup.AdjustRoute = route => route with { Metadata = null });

        var first = await gateway.Ask(Shape.Of("POST without body or Content-Length", "k-1"));

        Assert.Equal(Told.Unknown(502, providerStatus: null), Told.By(first));
        Assert.Single(provider.Deliveries);
    }
}
