using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing;
using SimulatedProvider.Faults;

namespace IdempotencyGateway.Tests.Telemetry;

public sealed class LogPrivacyTests : ExchangeTest
{
    private const string Key = "key-of-the-client", Caller = "credential-of-the-client", Body = """{"workflow_id":"body-of-the-client"}""";

    [Fact]
    public async Task No_key_credential_or_body_reaches_a_log_whatever_goes_wrong()
    {
        var gateway = await StartAsync(setup =>
        {
            setup.WrapStore = inner => new UnreliableStore(inner);
            setup.Policy = setup.Policy with { OnStoreDown = OnStoreDown.PassThrough };
        });

        await gateway.PostAsync(Key, Body, caller: Caller);
        await gateway.PostAsync(Key, "{}", caller: Caller);
        Faults.Next(new Fault.Reset());
        await gateway.PostAsync(Key + "2", Body, caller: Caller);
        Store.BreakAll();
        await gateway.PostAsync(Key + "3", Body, caller: Caller);
        Store.Mend();
        Store.Break(nameof(Store.CompleteAsync));
        await gateway.PostAsync(Key + "4", Body, caller: Caller);
        await Store.Failed.Reached(3);
        Store.Mend();
        await gateway.WhenIdleAsync();

        Assert.Contains(gateway.Log.Lines, line => line.Contains("ExchangeClaims", StringComparison.Ordinal));
        Assert.All(gateway.Log.Lines, line => Assert.DoesNotContain("of-the-client", line, StringComparison.Ordinal));
    }
}
