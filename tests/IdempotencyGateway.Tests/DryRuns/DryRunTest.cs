using IdempotencyGateway.Configuration;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.DryRuns;

/// <summary>Base class for tests of gateways whose guarded route is in a dry run.</summary>
public abstract class DryRunTest : ExchangeTest
{
    /// <summary>The outcomes that the last started gateway has counted, in order.</summary>
    protected IReadOnlyCollection<string> Told { get; private set; } = [];

    private protected Task<GatewayUnderTest> StartDryAsync(Func<IdempotencyPolicy, IdempotencyPolicy>? change = null, Action<GatewaySetup>? configure = null) =>
        StartDryBeforeAsync(Provider.Address, change, configure);

    private protected async Task<GatewayUnderTest> StartDryBeforeAsync(
        Uri provider, Func<IdempotencyPolicy, IdempotencyPolicy>? change = null, Action<GatewaySetup>? configure = null)
    {
        var gateway = await StartBeforeAsync(provider, setup =>
        {
            setup.Policy = (change?.Invoke(setup.Policy) ?? setup.Policy) with { DryRun = true };
            configure?.Invoke(setup);
        });
        Told = ToldWould.ListenTo(gateway);
        return gateway;
    }

    /// <summary>Sends a POST and waits until the gateway has finished with it, because only then does the dry run know the outcome.</summary>
    private protected static async Task<Answer> PostAsync(GatewayUnderTest gateway, string? key, string body = GatewayUnderTest.SessionBody, string caller = "caller-1")
    {
        var answer = await gateway.PostAsync(key, body, caller: caller);
        await EndedAsync(gateway);
        return answer;
    }

    private protected static Task EndedAsync(GatewayUnderTest gateway) => Eventually.TrueAsync("no request is under way", () => gateway.Get<GatewayLimits>().Requests.Taken == 0);
}
