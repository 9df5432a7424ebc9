using IdempotencyGateway.Configuration;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.DryRuns;

/// <summary>A test of a gateway whose guarded route is in a dry run, and what it counts.</summary>
public abstract class DryRunTest : ExchangeTest
{
    /// <summary>By the gateway that was started last.</summary>
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

    /// <summary>A POST and its end: only then does the dry run know what became of it.</summary>
    private protected static async Task<Answer> PostAsync(GatewayUnderTest gateway, string? key, string body = GatewayUnderTest.SessionBody, string caller = "caller-1")
    {
        var answer = await gateway.PostAsync(key, body, caller: caller);
        await EndedAsync(gateway);
        return answer;
    }

    private protected static Task EndedAsync(GatewayUnderTest gateway) => Eventually.TrueAsync("no request is under way", () => gateway.Get<GatewayLimits>().Requests.Taken == 0);
}
