using System.Net;
using IdempotencyGateway.Fraud.Sources;
using IdempotencyGateway.Tests.Hosting;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Fraud.Sources;

/// <summary>A reload that names other source files: later requests are always scored with the new files, and requests that began before with the old ones.</summary>
public sealed class ReloadedFilesTests : IDisposable
{
    private readonly TemporaryFolder _lists = new();

    public void Dispose() => _lists.Dispose();

    [Fact]
    public async Task Who_is_on_both_lists_never_slips_through_between_them()
    {
        await File.WriteAllTextAsync(_lists.File("few.netset"), "127.0.0.1\n");
        await File.WriteAllLinesAsync(_lists.File("many.netset"), Enumerable.Range(0, 2_000_000).Select(at => $"10.{at >> 16}.{(at >> 8) & 255}.{at & 255}").Append("127.0.0.1"));
        await using var reloading = await ReloadingGateway.StartAsync(Blocking("few.netset"));
        using var stop = new CancellationTokenSource();
        var client = AskAsync(reloading.Gateway, stop.Token);

        reloading.Replace(Blocking("many.netset"));
        await reloading.Reload(1);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(reloading.Gateway, "afterwards"));
        await stop.CancelAsync();

        Assert.All(await client, status => Assert.Equal(HttpStatusCode.Forbidden, status));
        Assert.Empty(reloading.Provider.Deliveries);
    }

    [Fact]
    public async Task A_request_that_began_before_it_is_judged_by_the_list_that_was_named_then_however_many_came_since()
    {
        await File.WriteAllTextAsync(_lists.File("listed.netset"), "127.0.0.1\n");
        await using var reloading = await ReloadingGateway.StartAsync(Blocking("listed.netset"));
        using var client = await RawClient.Connect(reloading.Gateway.Address);
        await client.Send("POST /guarded/x HTTP/1.1\r\nHost: h\r\nIdempotency-Key: k\r\nx-api-key: caller-1\r\nContent-Length: 4\r\n\r\nab");
        await Eventually.TrueAsync("the body is waited for", () => Task.FromResult(reloading.Gateway.BodyBytes > 0));

        for (var reload = 1; reload <= 3; reload++)
        {
            await File.WriteAllTextAsync(_lists.File($"nobody-{reload}.netset"), "203.0.113.7\n");
            reloading.Replace(Blocking($"nobody-{reload}.netset"));
            await reloading.Reload(reload);
            reloading.Gateway.Get<SourceFiles>().Refresh();
            Assert.Equal(HttpStatusCode.Created, await StatusAsync(reloading.Gateway, $"new-{reload}"));
        }
        await client.Send("cd");

        Assert.Equal(403, (await client.ReadAnswer())!.Status);
        Assert.Equal(3, reloading.Provider.Deliveries.Count);
    }

    private string Blocking(string list) => ReloadingGateway.Json(
        more: $$"""
            "Fraud": { "Profiles": { "p": { "Lists": [ { "Name": "never", "Path": "{{_lists.File(list)}}", "Action": "Block" } ] } } },
            """).Replace("\"Metadata\"", "\"Transforms\": [ { \"FraudSignals\": \"p\" } ], \"Metadata\"", StringComparison.Ordinal);

    private static async Task<List<HttpStatusCode>> AskAsync(GatewayUnderTest gateway, CancellationToken stop)
    {
        var statuses = new List<HttpStatusCode>();
        while (!stop.IsCancellationRequested)
            statuses.Add(await StatusAsync(gateway, $"k-{statuses.Count}"));
        return statuses;
    }

    private static async Task<HttpStatusCode> StatusAsync(GatewayUnderTest gateway, string key)
    {
        using var answer = await gateway.SendAsync(key, path: "/guarded/x");
        return answer.StatusCode;
    }
}
