using IdempotencyGateway.Limits;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Limits;

/// <summary>A flood of requests from one caller, by load generators over HTTP/1.1 and HTTP/2, while another caller sends requests one by one.</summary>
public sealed class FloodTests : ExchangeTest
{
    private const int Keys = 50;

    /// <summary>The number of keys of the other caller, which repeats them.</summary>
    private const int OthersKeys = 20;

    /// <summary>The flood uses a new key for every request.</summary>
    [Fact]
    public async Task A_caller_that_floods_with_new_keys_is_limited_and_another_callers_requests_all_execute()
    {
        var gateway = await StartAsync(setup => setup.Adjust = snapshot => snapshot with
        {
            Limits = new() { RequestsPerCaller = 32, ExecutionsPerCaller = 4, NewKeysPerCaller = Keys, NewKeysWindow = TimeSpan.FromDays(1) },
        });
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("keys.lua"), """
            local thread = 0
            function setup(t) t:set("id", thread); thread = thread + 1 end
            local made = 0
            function request()
              made = made + 1
              return wrk.format("POST", nil, {["x-api-key"] = "flood", ["Idempotency-Key"] = "flood-" .. id .. "-" .. made}, "{}")
            end
            """);

        const string Refused = "Non-2xx or 3xx responses:";
        var said = "";
        // Repeat the flood if a stalled machine kept it from reaching the limit.
        for (var floods = 0; floods < 5 && !said.Contains(Refused, StringComparison.Ordinal); floods++)
            said = await FloodAsync(gateway, "wrk", "-t", "2", "-c", "64", "-d", "3s", "--timeout", "60s", "-s", folder.File("keys.lua"), $"{gateway.Address}guarded/echo");

        Assert.Contains(Refused, said, StringComparison.Ordinal);
        Assert.DoesNotContain("Socket errors", said, StringComparison.Ordinal);
        Assert.Contains(gateway.Log.Lines, line => line.Contains("guarded refused 429 ", StringComparison.Ordinal));
        Assert.Equal(1, Executions.MostExecuted());
        // The limit counts claims, so the executions that are in progress when it is reached (up to 4) may exceed it.
        Assert.InRange(Executions.Deliveries - OthersKeys, 1, Keys + 4);
    }

    /// <summary>The flood repeats one request, two thousand at a time.</summary>
    [Fact]
    public async Task A_caller_that_floods_with_one_key_executes_once_and_another_callers_requests_all_execute()
    {
        var gateway = await StartAsync(setup => setup.Adjust = snapshot => snapshot with { Limits = new() { RequestsPerCaller = 32, WaitersPerCaller = 8 } });
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("body"), "{}");

        var said = await FloodAsync(
            gateway, "h2load", "-c", "20", "-m", "100", "-n", "20000", "-d", folder.File("body"), "-H", "x-api-key: flood", "-H", "Idempotency-Key: flood", $"{gateway.Http2Address}guarded/echo");

        Assert.Contains("20000 done", said, StringComparison.Ordinal);
        Assert.Contains(" 0 5xx", said, StringComparison.Ordinal);
        Assert.Equal((1, 1 + OthersKeys), (Executions.MostExecuted(), Executions.Deliveries));
    }

    /// <summary>Runs the load generator, and checks meanwhile that the other caller's requests succeed.</summary>
    /// <returns>The tool's output.</returns>
    private async Task<string> FloodAsync(GatewayUnderTest gateway, string tool, params string[] arguments)
    {
        var flood = Tool.RunAsync(tool, arguments);
        await Eventually.TrueAsync("the flood is there", () => flood.IsCompleted || gateway.Get<GatewayLimits>().Connections.Taken >= 10);
        for (var served = 0; served < OthersKeys || !flood.IsCompleted; served++)
        {
            var key = $"k-{served % OthersKeys}";
            var isNew = Executions.DeliveriesFor(key) == 0;
            Assert.Equal(isNew ? "executed" : "replayed", (await gateway.PostAsync(key)).Source);
        }
        var (exitCode, said) = await flood;
        Assert.True(exitCode == 0, said);
        return said;
    }
}
