namespace IdempotencyGateway.Tests.Configuration;

public class ProxyMistakesTests
{
    [Theory]
    [InlineData("Routes:r:ClusterId=d", "Routes:r:ClusterId")]
    [InlineData("Routes:r:ClusterId=", "Routes:r:ClusterId")]
    [InlineData("Routes:r:Order=first", "Routes:r:Order")]
    [InlineData("Routes:r:Metadata:Idempotency=creat", "Routes:r:Metadata:Idempotency")]
    [InlineData("Routes:r:RouteId=r", "Routes:r:RouteId")]
    [InlineData("Routes:r:Match:Path=/{a", "Routes:r")]
    [InlineData("Routes:r:Match:Methods=POST", "Routes:r:Match:Methods")]
    [InlineData("Routes:r:Match:Methods:0=FETCH", "Routes:r")]
    [InlineData("Routes:r:Transforms:0:FraudSignal=default", "Routes:r")]
    [InlineData("Routes:r:AuthorizationPolicy=default", "Routes:r:AuthorizationPolicy")]
    [InlineData("Routes:r:Timeout=00:00:10", "Routes:r:Timeout")]
    [InlineData("Clusters:c:LoadBalancingPolicy=Fair", "Clusters:c")]
    [InlineData("Clusters:c:HttpRequest:ActivityTimeout=30s", "Clusters:c:HttpRequest:ActivityTimeout")]
    [InlineData("Clusters:c:HttpRequest:Version=two", "Clusters:c:HttpRequest:Version")]
    [InlineData("Clusters:c:HttpClient:SslProtocols:0=Tls99", "Clusters:c:HttpClient:SslProtocols:0")]
    [InlineData("Clusters:c:HttpClient:WebProxy:Address=here", "Clusters:c:HttpClient:WebProxy:Address")]
    [InlineData("Clusters:c:Destinations:d:Address=verification.didit.me", "Clusters:c:Destinations:d:Address")]
    [InlineData("Clusters:c:Destinations:d:Address=", "Clusters:c")]
    [InlineData("Clusters:empty:LoadBalancingPolicy=Random", "Clusters:empty:Destinations")]
    public void A_mistake_in_yarps_section_is_in_the_same_list(string setting, string path)
    {
        var problem = Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal($"ReverseProxy:{setting}")));
        Assert.StartsWith($"ReverseProxy:{path} ", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Routes:r:Transforms:0:PathPrefix=/v3")]
    [InlineData("Routes:r:Match:Headers:0:Name=x", "Routes:r:Match:Headers:0:Mode=Exists")]
    [InlineData("Clusters:c:HttpClient:SslProtocols:0=Tls13", "Clusters:c:HttpClient:WebProxy:Address=http://proxy:3128")]
    [InlineData("Clusters:c:HttpRequest:Version=2", "Clusters:c:HttpRequest:VersionPolicy=RequestVersionExact", "Clusters:c:HttpRequest:ActivityTimeout=00:01:00")]
    [InlineData("Clusters:c:HealthCheck:Active:Enabled=true", "Clusters:c:HealthCheck:Active:Path=/health")]
    [InlineData("Clusters:c:SessionAffinity:Enabled=true", "Clusters:c:SessionAffinity:AffinityKeyName=k", "Clusters:c:SessionAffinity:Cookie:SameSite=Strict")]
    public void What_yarp_understands_is_accepted(params string[] settings) =>
        GatewayFile.LoadValid([.. settings.Select(s => $"ReverseProxy:{s}")]);

    [Fact]
    public void A_value_that_yarp_cannot_read_hides_no_mistake_behind_it()
    {
        var problems = GatewayFile.Problems(GatewayFile.LoadMinimal(
            "ReverseProxy:Clusters:c:HttpRequest:ActivityTimeout=soon", "ReverseProxy:Clusters:c:LoadBalancingPolicy=Fair", "ReverseProxy:Routes:r:Metadata:Idempotency=nope"));
        Assert.Equal(
            ["ReverseProxy:Clusters:c", "ReverseProxy:Clusters:c:HttpRequest:ActivityTimeout", "ReverseProxy:Routes:r:Metadata:Idempotency"],
            problems.Select(p => p.Split(' ')[0]));
    }

    [Fact]
    public void A_gateway_without_routes_is_a_mistake()
    {
        using var file = new GatewayFile("{}");
        Assert.StartsWith("ReverseProxy:Routes holds no routes", Assert.Single(GatewayFile.Problems(file.Load())), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_routes_that_match_alike_are_a_mistake() =>
        Assert.StartsWith(
            "ReverseProxy:Routes:s:Match is the same as route r's",
            Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal("ReverseProxy:Routes:s:ClusterId=c", "ReverseProxy:Routes:s:Match:Path=/{**rest}"))),
            StringComparison.Ordinal);
}
