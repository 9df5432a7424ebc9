using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Configuration;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Admin.Effective;

/// <summary>The endpoint that shows the configuration in force in the form of the configuration file.</summary>
public sealed class ConfigTests : AdminTest
{
    [Fact]
    public async Task Routes_policies_and_clusters_are_shown_in_the_files_own_words()
    {
        var gateway = await StartOpenAsync(setup => setup.Policy = setup.Policy with { Lease = TimeSpan.FromSeconds(45) });

        var answer = (await GetAsync(gateway, "/config")).Json;

        var configuration = answer.GetProperty("configuration");
        var policy = configuration.GetProperty("Idempotency").GetProperty("Policies").GetProperty("tested");
        Assert.Equal(("45s", "10MB"), (policy.GetProperty("Lease").GetString(), policy.GetProperty("MaxRequestBody").GetString()));
        var routes = configuration.GetProperty("ReverseProxy").GetProperty("Routes");
        Assert.Equal("tested", routes.GetProperty("guarded").GetProperty("Idempotency").GetString());
        Assert.Equal("PathRemovePrefix", routes.GetProperty("guarded").GetProperty("Transforms")[0].GetString());
        Assert.NotEmpty(answer.GetProperty("revision").GetString()!);
        Assert.False(answer.TryGetProperty("lastReload", out _));
    }

    [Fact]
    public void The_store_is_shown_without_its_password()
    {
        var shown = EffectiveConfiguration.Of(GatewayFile.LoadValid(
            "Store:Kind=RedLock", "Store:Redis:Endpoints:0=records:6379", "Store:Redis:User=gateway", "Store:Redis:Password=hush",
            "Store:RedLock:Nodes:0=a:1", "Store:RedLock:Nodes:1=b:2", "Store:RedLock:Nodes:2=c:3"))["Store"]!;

        Assert.Equal("records:6379", (string?)shown["Redis"]!["Endpoints"]![0]);
        Assert.Equal("gateway", (string?)shown["Redis"]!["User"]);
        Assert.Equal(["a:1", "b:2", "c:3"], shown["RedLock"]!["Nodes"]!.AsArray().Select(node => (string?)node));
        Assert.DoesNotContain("hush", shown.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passwords_in_addresses_are_left_out()
    {
        var gateway = await StartOpenAsync(setup => setup.Destinations = address => new Dictionary<string, Yarp.ReverseProxy.Configuration.DestinationConfig>
        {
            ["primary"] = new() { Address = address.ToString() },
            ["other"] = new() { Address = "http://user:secret@provider.example:81/base?key=secret" },
        });

        var text = (await GetAsync(gateway, "/config")).Text;

        Assert.Contains("\"http://provider.example:81/base\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret@", text, StringComparison.Ordinal);
        Assert.DoesNotContain("key=", text, StringComparison.Ordinal);
    }
}
