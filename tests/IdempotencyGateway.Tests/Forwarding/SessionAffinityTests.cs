using System.Net;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>YARP's session affinity, whose cookies are protected with keys that only this process has.</summary>
public sealed class SessionAffinityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_cookie_leads_back_to_the_destination_that_it_was_written_for()
    {
        var answers = Enumerable.Repeat(Step.AfterBody.Answer(200, "{}"), 8).ToArray();
        await using var one = ScriptedProvider.Start(answers);
        await using var other = ScriptedProvider.Start(answers);
        await using var gateway = await StartAsync(one.Address, other.Address);
        using var first = await gateway.Client.GetAsync("/v3/");
        var cookie = Assert.Single(first.Headers.GetValues("Set-Cookie")).Split(';')[0];
        Assert.StartsWith("affinity=", cookie, StringComparison.Ordinal);
        var chosen = one.Deliveries.Count == 1 ? one : other;

        for (var i = 0; i < 4; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v3/") { Headers = { { "Cookie", cookie } } };
            using var answer = await gateway.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal(5, chosen.Deliveries.Count);
    }

    [Fact]
    public async Task No_start_reads_or_makes_keys_for_cookies()
    {
        await using var provider = ScriptedProvider.Start();
        await using var gateway = await StartAsync(provider.Address, provider.Address);

        Assert.DoesNotContain(gateway.Services.GetServices<IHostedService>(), service => service.GetType().FullName!.Contains("DataProtection", StringComparison.Ordinal));
        Assert.IsType<EphemeralDataProtectionProvider>(gateway.Services.GetRequiredService<IDataProtectionProvider>());
    }

    public void Dispose() => _folder.Dispose();

    private Task<GatewayUnderTest> StartAsync(Uri one, Uri other)
    {
        var file = _folder.File("gateway.json");
        File.WriteAllText(file, $$"""
            {
              "ReverseProxy": {
                "Routes": { "r": { "ClusterId": "c", "Match": { "Path": "/{**rest}" } } },
                "Clusters": {
                  "c": {
                    "SessionAffinity": { "Enabled": true, "Policy": "Cookie", "AffinityKeyName": "affinity" },
                    "Destinations": { "one": { "Address": "{{one}}" }, "other": { "Address": "{{other}}" } }
                  }
                }
              }
            }
            """);
        return GatewayUnderTest.StartFromAsync(file);
    }
}
