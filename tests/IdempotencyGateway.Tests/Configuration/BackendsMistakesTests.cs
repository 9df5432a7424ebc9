using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tests.Configuration;

public class BackendsMistakesTests
{
    [Theory]
    [InlineData("Backends:b:Split:d=1", "Backends:b:Split:d")]
    [InlineData("Backends:b:Split:c=0", "Backends:b:Split:c")]
    [InlineData("Backends:b:Failover:0=c", "Backends:b:Failover")]
    [InlineData("Backends:b:Splitt:c=1", "Backends:b:Splitt")]
    [InlineData("Backends:b:Rules:0:Is:0=x", "Backends:b:Rules:0:If")]
    [InlineData("ReverseProxy:Routes:r:Metadata:Backends=nope", "ReverseProxy:Routes:r:Metadata:Backends")]
    [InlineData("Idempotency:Policies:create:Key:From:0=body:/id", "Idempotency:Policies:create:Key:From:0")]
    [InlineData("Idempotency:Policies:create:Key:From:0=json:/a+body", "Idempotency:Policies:create:Key:From:0", false)]
    [InlineData("Idempotency:Policies:create:Key:From:0=caller", "Idempotency:Policies:create:Key:From:0")]
    [InlineData("Idempotency:Policies:create:Caller:From:0=caller", "Idempotency:Policies:create:Caller:From:0")]
    [InlineData("Idempotency:Policies:create:Fingerprint:Except:0=header:x", "Idempotency:Policies:create:Fingerprint:Except:0")]
    public void A_mistake_is_told_at_its_path(string setting, string path, bool isMistake = true)
    {
        var problems = GatewayFile.Problems(GatewayFile.LoadMinimal(setting));
        Assert.Equal(isMistake, problems.Length > 0);
        if (isMistake)
            Assert.Contains(problems, problem => problem.StartsWith(path + " ", StringComparison.Ordinal));
    }

    [Fact]
    public void Rules_about_where_requests_may_go_leave_no_way_around()
    {
        string[] settings =
        [
            "Backends:b:Rules:0:If=json:/country", "Backends:b:Rules:0:Is:0=DE", "Backends:b:Rules:0:Split:c=1", "ReverseProxy:Routes:r:Metadata:Backends=b",
        ];
        GatewayFile.LoadValid(settings);
        Assert.Contains("Key:Required", Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal([.. settings, "Idempotency:Policies:create:Key:Required=false"]))), StringComparison.Ordinal);
    }

    /// <summary>A dry run sends requests to the route's own cluster, so backend rules on such a route would be ignored.</summary>
    [Theory]
    [InlineData(false, "Backends:b:Rules:0:If=json:/country", "Backends:b:Rules:0:Is:0=DE", "Backends:b:Rules:0:Split:c=1", "Backends:b:Split:c=1")]
    [InlineData(true, "Backends:b:Split:c=1", "Backends:b:Failover:0=c2", "ReverseProxy:Clusters:c2:Destinations:d:Address=http://127.0.0.1:5001/")]
    public void A_dry_run_passes_by_no_rules(bool isAllowed, params string[] settings)
    {
        string[] all = [.. settings, "ReverseProxy:Routes:r:Metadata:Backends=b", "Idempotency:Policies:create:DryRun=true"];
        var problems = GatewayFile.Problems(GatewayFile.LoadMinimal(all));
        if (isAllowed)
            Assert.Empty(problems);
        else
            Assert.StartsWith("ReverseProxy:Routes:r:Metadata:Backends has rules about where requests may go, but policy create is in a dry run", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unguarded_route_has_no_backends() => Assert.Contains(
        "guarded routes only",
        Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal(
            "Backends:b:Split:c=1", "ReverseProxy:Routes:s:ClusterId=c", "ReverseProxy:Routes:s:Match:Path=/s", "ReverseProxy:Routes:s:Metadata:Backends=b"))),
        StringComparison.Ordinal);

    [Fact]
    public void A_cluster_with_affinity_of_its_own_is_refused() => Assert.Contains(
        "SessionAffinity",
        Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal(
            "Backends:b:Split:c=1", "ReverseProxy:Clusters:c:SessionAffinity:Enabled=true", "ReverseProxy:Clusters:c:SessionAffinity:AffinityKeyName=k"))),
        StringComparison.Ordinal);

    [Fact]
    public void Everything_reaches_the_snapshot()
    {
        var snapshot = GatewayFile.LoadValid(
            "Backends:b:Split:c=3", "Backends:b:Failover:0=c", "ReverseProxy:Routes:r:Metadata:Backends=B", "Idempotency:Policies:create:Key:From:0=header:X-A+json:/a+b+form:f");

        var route = snapshot.GuardedRoutes["r"];
        Assert.Equal([new WeightedCluster("c", 3)], route.Backends!.Otherwise!.Split);
        Assert.Equal(["header:x-a", "json:/a+b", "form:f"], route.Policy.Key.From[0].Parts.Select(p => p.ToString()));
    }
}
