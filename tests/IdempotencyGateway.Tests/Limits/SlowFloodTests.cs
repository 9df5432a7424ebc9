using System.Globalization;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Limits;

/// <summary>Slowloris-style attacks by slowhttptest: hundreds of clients that never complete a request.</summary>
public sealed class SlowFloodTests : ExchangeTest
{
    private const int Clients = 400;

    [Theory]
    [InlineData("-H", new int[0])]
    [InlineData("-B", new[] { 408, 429 })]
    public async Task Somebody_else_is_served_all_the_while_and_the_flood_ends_with_nothing_sent(string kind, int[] statuses)
    {
        var gateway = await StartAsync(setup => setup.Adjust = snapshot => snapshot with
        {
            Limits = new() { RequestsPerCaller = 20, NewKeysPerCaller = int.MaxValue, Head = new() { Timeout = TimeSpan.FromSeconds(1) }, BodyPace = new() { Grace = TimeSpan.FromSeconds(2) } },
        });
        // The tool ends as soon as the gateway has closed all its connections.
        var flood = Tool.RunAsync("slowhttptest",
        [
            kind, "-c", Clients.ToString(CultureInfo.InvariantCulture), "-r", "200", "-i", "1", "-x", "4", "-s", "8192", "-l", "12", "-t", "POST", "-u", $"{gateway.Address}guarded/echo",
            "-f", "text/plain\r\nx-api-key: flood\r\nIdempotency-Key: flood",
        ]);
        await Eventually.TrueAsync("the flood is there", () => gateway.Get<GatewayLimits>().Connections.Taken >= 20);

        var served = 0;
        do
        {
            var answer = await gateway.PostAsync($"k-{served++}");
            Assert.True(answer.Source == "executed", $"{answer.Status} {answer.Text}");
        }
        while (!flood.IsCompleted);
        var (exitCode, said) = await flood;

        Assert.True(exitCode == 0, said);
        Assert.Equal(1, Executions.MostExecuted());
        Assert.Equal(0, Executions.DeliveriesFor("flood"));
        foreach (var status in statuses)
            Assert.Contains(gateway.Log.Lines, line => line.Contains($"guarded refused {status} ", StringComparison.Ordinal));
        Assert.Null(await gateway.FindAsync("flood", "flood"));
    }
}
