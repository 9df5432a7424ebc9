using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Bodies;
using IdempotencyGateway.Core.Tests.Fraud.Databases;
using IdempotencyGateway.Fraud.Sources;
using IdempotencyGateway.Tests.Hosting;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Fraud;

/// <summary>The cache of known senders only makes scoring cheaper; it never changes a verdict.</summary>
public sealed class SendersThatComeAgainTests : FraudTest
{
    private const int Times = 4;
    private int _key;

    [Fact]
    public async Task Each_time_is_told_alike_and_each_time_counts()
    {
        var gateway = await StartAsync(Profile(List()), setup => setup.Admin = true);

        await AskAsync(gateway, Listed);

        Assert.Single(Arrived.All.Select(Found).Distinct());
        Assert.Equal(40, Arrived.All[^1].Score);
        Assert.All(await Task.WhenAll(Keys().Select(async key => (await gateway.FindAsync(key))!.Response)), response => Assert.Equal(40, VerdictIn(Core.Records.RecordCodec.Decode(response))!.Score));
        using var client = new HttpClient();
        string[] counted =
        [
            $$"""idempotency_gateway_risk_score_count{origin="scored",route="guarded"} {{Times}}""", $$"""idempotency_gateway_risk_reasons_total{reason="IP_LISTED"} {{Times}}""",
            $$"""idempotency_gateway_risk_verdicts_total{action="annotate",level="elevated",route="guarded"} {{Times}}""", $$"""idempotency_gateway_risk_duration_seconds_count{route="guarded"} {{Times}}""",
        ];
        // A request is counted after it is answered.
        await Eventually.TrueAsync("all requests are counted", async () =>
        {
            var lines = (await client.GetStringAsync(new Uri(gateway.AdminAddress!, "/metrics"))).Split('\n');
            return counted.All(lines.Contains);
        });
    }

    [Fact]
    public async Task Senders_in_turns_are_each_told_of_themselves()
    {
        var city = Folder.File("city.mmdb");
        await File.WriteAllBytesAsync(city, new MmdbWriter("Test-City").Add("192.0.2.0/24", Records.City("NL", 52.37, 4.9, 20, "Europe/Amsterdam")).Write());
        var gateway = await StartAsync(Profile(List()) with { Databases = new() { City = city } });
        (string Address, string Name, string Value, string Reasons)[] senders =
        [
            (Quiet, "Accept", "*/*", ""), (Listed, "Accept", "*/*", "IP_LISTED"), (Quiet, "Accept-Language", "ja", "LANGUAGE_MISMATCH"), (Quiet, "Accept-Language", "nl", ""),
            (Quiet, "Sec-CH-UA-Platform", "\"Windows\"", "CLIENT_HINT_MISMATCH"), (Quiet, "Forwarded", $"for={Listed}", "IP_LISTED XFF_SPOOFED"), (Quiet, "User-Agent", "Googlebot/2.1", "UA_BOT"),
        ];

        for (var time = 0; time < Times; time++)
        {
            foreach (var (address, name, value, _) in senders)
            {
                var request = From(address, $"k-{_key++}");
                request.Headers.Remove(name);
                request.Headers.TryAddWithoutValidation(name, value);
                await gateway.AskAsync(request);
            }
        }

        Assert.Equal(
            Enumerable.Repeat(senders.Select(sender => sender.Reasons), Times).SelectMany(reasons => reasons),
            Arrived.All.Select(seen => string.Join(' ', (seen["Risk-Reasons"] ?? "").Split(", ").Select(reason => reason.Split(';')[0]))));
    }

    [Fact]
    public async Task A_file_that_changes_breaks_or_is_mended_counts_from_then_on()
    {
        var gateway = await StartAsync(Profile(List()));

        await AskAsync(gateway, Listed);
        await ChangeAsync(gateway, "198.51.100.1\n");
        await AskAsync(gateway, Listed);
        await ChangeAsync(gateway, "this is no address\n");
        await AskAsync(gateway, Listed);
        await ChangeAsync(gateway, "203.0.113.0/24\n");
        await AskAsync(gateway, Listed);

        (int Score, bool IsDegraded)[] told = [(40, false), (0, false), (0, true), (40, false)];
        Assert.Equal(told.SelectMany(each => Enumerable.Repeat(each, Times)), Arrived.All.Select(seen => (seen.Score, seen["Risk-Score"]!.EndsWith(";degraded", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_configuration_that_changes_counts_from_then_on()
    {
        await using var reloading = await ReloadingGateway.StartAsync(Weighing(30));

        await AskAsync(reloading.Gateway, Quiet);
        reloading.Replace(Weighing(60));
        Assert.True((await reloading.Reload(1)).Applied);
        await AskAsync(reloading.Gateway, Quiet);

        Assert.Equal(
            Enumerable.Repeat("30", Times).Concat(Enumerable.Repeat("60", Times)),
            reloading.Provider.Deliveries.Select(delivery => delivery.Headers["Risk-Score"]!.Split(';')[0]));
    }

    [Fact]
    public async Task What_stands_in_the_body_is_looked_at_each_time()
    {
        var city = Folder.File("city.mmdb");
        await File.WriteAllBytesAsync(city, new MmdbWriter("Test-City").Add("192.0.2.0/24", Records.City("NL", 52.37, 4.9, 20, "Europe/Amsterdam")).Write());
        Assert.True(ValueSource.TryParse("json:/country", out var country));
        var gateway = await StartAsync(Profile() with { Databases = new() { City = city }, Country = country });

        foreach (var declared in (string[])["NL", "NL", "NL", "JP", "NL"])
            await gateway.AskAsync(From(Quiet, $"k-{_key++}", $$"""{"country":"{{declared}}"}"""));

        Assert.Equal([0, 0, 0, 12, 0], Arrived.All.Select(seen => seen.Score));
    }

    [Fact]
    public async Task A_body_that_is_sent_with_the_verdict_in_it_is_the_request_s_own()
    {
        Assert.True(JsonPointer.TryParse("/risk", out var place));
        var gateway = await StartAsync(Profile(List()) with { InBody = place });

        for (var time = 0; time < Times; time++)
            await gateway.AskAsync(From(Listed, $"k-{time}", $$"""{"time":{{time}}}"""));

        Assert.All(Arrived.All.Select((seen, time) => (System.Text.Encoding.UTF8.GetString(seen.Body), time)), sent =>
        {
            Assert.StartsWith($$"""{"time":{{sent.time}}""", sent.Item1, StringComparison.Ordinal);
            Assert.Contains("IP_LISTED", sent.Item1, StringComparison.Ordinal);
        });
        Assert.Equal(Times, Arrived.All.Count);
    }

    /// <summary>A configuration without trusted proxies, so that X-Forwarded-For is only the client's claim.</summary>
    private static string Weighing(int weight) => $$"""
        {
          "Idempotency": { "Policies": { "p": {} } },
          "Fraud": { "Profiles": { "f": { "Weights": { "XFF_SPOOFED": {{weight}} } } } },
          "ReverseProxy": {
            "Routes": { "r": { "ClusterId": "provider", "Match": { "Path": "/{**rest}" }, "Metadata": { "Idempotency": "p" }, "Transforms": [{ "FraudSignals": "f" }] } },
            "Clusters": { "provider": { "Destinations": { "only": { "Address": "http://127.0.0.1:1/" } } } }
          }
        }
        """;

    private static string Found(Seen seen) => $"{seen["Risk-Reasons"]} {seen["Risk-Signals"]}";

    private IEnumerable<string> Keys() => Enumerable.Range(0, _key).Select(number => $"k-{number}");

    private async Task AskAsync(GatewayUnderTest gateway, string address)
    {
        for (var time = 0; time < Times; time++)
            Assert.Equal(201, (await gateway.AskAsync(From(address, $"k-{_key++}"))).Status);
    }

    private async Task ChangeAsync(GatewayUnderTest gateway, string list)
    {
        var draft = ListFile + ".new";
        await File.WriteAllTextAsync(draft, list);
        // A write time that certainly differs, whatever the resolution of the file system's clock.
        File.SetLastWriteTimeUtc(draft, File.GetLastWriteTimeUtc(ListFile).AddSeconds(1));
        File.Move(draft, ListFile, overwrite: true);
        // The first look notices the change, the second that the file has stopped changing.
        gateway.Get<SourceFiles>().Refresh();
        gateway.Get<SourceFiles>().Refresh();
    }
}
