using System.Globalization;
using System.Net;
using IdempotencyGateway.Tests.Hosting;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Durability;

public class ReloadUnderLoadTests
{
    private const int Reloads = 200;
    private const int Clients = 6;

    /// <summary>
    /// Every reload renames the route and its policy, so a request that was routed by one configuration and looked up in another
    /// would pass unguarded.
    /// </summary>
    [Fact]
    public async Task Two_hundred_reloads_drop_nothing_send_nothing_twice_and_let_nothing_through_unguarded()
    {
        await using var reloading = await ReloadingGateway.StartAsync(Version(0));
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(client => AskAsync(reloading.Gateway, client, stop.Token)).ToArray();

        for (var count = 1; count <= Reloads; count++)
        {
            reloading.Replace(Version(count));
            Assert.True((await reloading.Reload(count)).Applied);
        }
        await stop.CancelAsync();
        var asked = (await Task.WhenAll(clients)).Sum();

        Assert.Equal(asked, reloading.Provider.Deliveries.Count);
        Assert.Equal(asked, reloading.Provider.Deliveries.Select(d => d.Headers["Idempotency-Key"]).Distinct().Count());
        Assert.True(asked >= Clients, $"only {asked} requests were made");
    }

    private static string Version(int number) => ReloadingGateway.Json(
        route: string.Create(CultureInfo.InvariantCulture, $"route-{number}"), policy: string.Create(CultureInfo.InvariantCulture, $"policy-{number}"));

    private static async Task<int> AskAsync(GatewayUnderTest gateway, int client, CancellationToken stop)
    {
        var asked = 0;
        while (!stop.IsCancellationRequested)
        {
            using var answer = await gateway.SendAsync(string.Create(CultureInfo.InvariantCulture, $"c{client}-{asked++}"));
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            Assert.Equal(["executed"], answer.Headers.GetValues("Idempotency-Status"));
        }
        return asked;
    }
}
