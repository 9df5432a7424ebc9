namespace IdempotencyGateway.Tests.Configuration;

public class ProxyMistakesTests
{
    [Theory]
    [InlineData("Routes:r:ClusterId=d", "Routes:r:ClusterId")]
    [InlineData("Routes:r:ClusterId=", "Routes:r:ClusterId")]
    [InlineData("Routes:r:Order=first", "Routes:r:Order")]
    [InlineData("Routes:r:Metadata:Idempotency=creat", "Routes:r:Metadata:Idempotency")]
    [InlineData("Routes:r:RouteId=r", "Routes:r:RouteId")]
    [InlineData("Routes:r:Match:Path=/{a", "Routes:r:Match:Path")]
    [InlineData("Routes:r:Match:Methods=POST", "Routes:r:Match:Methods")]
    [InlineData("Routes:r:Match:Methods:0=FETCH", "Routes:r:Match:Methods:0")]
    [InlineData("Routes:r:Match:Path=/{id:uuid}", "Routes:r:Match:Path")]
    [InlineData("Routes:r:Match:Path=/{id:regex([)}", "Routes:r:Match:Path")]
    [InlineData("Routes:r:Match:Path=/{id:range(a,b)}", "Routes:r:Match:Path")]
    [InlineData("Routes:r:Match:Methods:0=GET", "Routes:r:Metadata:Idempotency")]
    [InlineData("Routes:r:MaxRequestBodySize=-2", "Routes:r:MaxRequestBodySize")]
    [InlineData("Routes:r:Match:Hosts:0=https://api.example.com/", "Routes:r:Match:Hosts:0")]
    [InlineData("Routes:r:Match:Hosts:0=api.example.com:443443", "Routes:r:Match:Hosts:0")]
    [InlineData("Routes:r:Match:Hosts:0=[::1]", "Routes:r:Match:Hosts:0")]
    [InlineData("Routes:r:Match:Hosts:0=", "Routes:r:Match:Hosts:0")]
    [InlineData("Routes:r:Match:Hosts:0=xn--mnchen-3ya.example", "Routes:r:Match:Hosts:0")]
    [InlineData("Routes:r:Match:Headers:0:Name=x", "Routes:r:Match:Headers:0")]
    [InlineData("Routes:r:Match:QueryParameters:0:Name=x", "Routes:r:Match:QueryParameters:0")]
    [InlineData("Routes:r:Transforms:0:FraudSignal=default", "Routes:r:Transforms:0")]
    [InlineData("Routes:r:Transforms:0:PathPattern=/{a", "Routes:r:Transforms")]
    [InlineData("Routes:r:Transforms:0:ClientCert=", "Routes:r:Transforms:0")]
    [InlineData("Routes:r:Transforms:0:RequestHeaderRemove=X Trace", "Routes:r:Transforms:0")]
    [InlineData("Routes:r:AuthorizationPolicy=default", "Routes:r:AuthorizationPolicy")]
    [InlineData("Routes:r:Timeout=00:00:10", "Routes:r:Timeout")]
    [InlineData("Clusters:c:LoadBalancingPolicy=Fair", "Clusters:c:LoadBalancingPolicy")]
    [InlineData("Clusters:c:HealthCheck:Active:Policy=Fair", "Clusters:c:HealthCheck:Active:Policy")]
    [InlineData("Clusters:c:HealthCheck:Active:Path=health", "Clusters:c:HealthCheck:Active:Path")]
    [InlineData("Clusters:c:HealthCheck:Passive:Policy=Fair", "Clusters:c:HealthCheck:Passive:Policy")]
    [InlineData("Clusters:c:HealthCheck:AvailableDestinationsPolicy=Fair", "Clusters:c:HealthCheck:AvailableDestinationsPolicy")]
    [InlineData("Clusters:c:SessionAffinity:Policy=Fair", "Clusters:c:SessionAffinity:Policy")]
    [InlineData("Clusters:c:SessionAffinity:FailurePolicy=Fair", "Clusters:c:SessionAffinity:FailurePolicy")]
    [InlineData("Clusters:c:HttpRequest:ActivityTimeout=30s", "Clusters:c:HttpRequest:ActivityTimeout")]
    [InlineData("Clusters:c:HttpRequest:ActivityTimeout=00:00:00", "Clusters:c:HttpRequest:ActivityTimeout")]
    [InlineData("Clusters:c:SessionAffinity:AffinityKeyName=a;b", "Clusters:c:SessionAffinity:AffinityKeyName")]
    [InlineData("Clusters:c:HttpRequest:Version=two", "Clusters:c:HttpRequest:Version")]
    [InlineData("Clusters:c:HttpClient:SslProtocols:0=Tls99", "Clusters:c:HttpClient:SslProtocols:0")]
    [InlineData("Clusters:c:HttpClient:WebProxy:Address=here", "Clusters:c:HttpClient:WebProxy:Address")]
    [InlineData("Clusters:c:HttpClient:WebProxy:Address=ftp://proxy", "Clusters:c:HttpClient:WebProxy:Address")]
    [InlineData("Clusters:c:Destinations:d:Health=verification.didit.me", "Clusters:c:Destinations:d:Health")]
    [InlineData("Clusters:c:Destinations:d:Host=a/b", "Clusters:c:Destinations:d:Host")]
    [InlineData("Clusters:c:Destinations:d:Address=verification.didit.me", "Clusters:c:Destinations:d:Address")]
    [InlineData("Clusters:c:Destinations:d:Address=", "Clusters:c:Destinations:d:Address")]
    [InlineData("Clusters:c:HttpRequest:Version=4", "Clusters:c:HttpRequest:Version")]
    [InlineData("Clusters:c:HttpClient:MaxConnectionsPerServer=0", "Clusters:c:HttpClient:MaxConnectionsPerServer")]
    [InlineData("Clusters:c:HttpClient:RequestHeaderEncoding=none", "Clusters:c:HttpClient:RequestHeaderEncoding")]
    [InlineData("Clusters:c:HttpClient:ResponseHeaderEncoding=none", "Clusters:c:HttpClient:ResponseHeaderEncoding")]
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
    [InlineData("Clusters:c:Destinations:d:Host=[::1]:8443", "Clusters:c:Destinations:d:Health=http://127.0.0.1:5001/", "Clusters:c:LoadBalancingPolicy=roundrobin")]
    [InlineData("Routes:r:Match:Hosts:0=*.example.com", "Routes:r:Match:Hosts:1=api.example.com:8443", "Routes:r:Match:Hosts:2=*:8080", "Routes:r:Match:Hosts:3=münchen.example", "Routes:r:Match:Hosts:4=localhost:*")]
    [InlineData("Routes:r:Match:Path=/v3/{id:guid}/{name:regex(^a+$)}/{**rest}")]
    [InlineData("Clusters:c:HttpRequest:ActivityTimeout=-00:00:00.001")]
    [InlineData("Clusters:c:HealthCheck:Active:Policy=", "Clusters:c:HealthCheck:Passive:Policy=", "Clusters:c:HealthCheck:AvailableDestinationsPolicy=")]
    [InlineData("Clusters:c:SessionAffinity:Policy=", "Clusters:c:SessionAffinity:FailurePolicy=")]
    public void What_yarp_understands_is_accepted(params string[] settings) =>
        GatewayFile.LoadValid([.. settings.Select(s => $"ReverseProxy:{s}")]);

    [Fact]
    public void Empty_texts_are_as_good_as_none()
    {
        var cluster = Assert.Single(GatewayFile.LoadValid(
            "ReverseProxy:Clusters:c:LoadBalancingPolicy=", "ReverseProxy:Clusters:c:Destinations:d:Host=", "ReverseProxy:Clusters:c:Destinations:d:Health=").Clusters);

        Assert.Null(cluster.LoadBalancingPolicy);
        Assert.Equal((null, null), (cluster.Destinations!["d"].Host, cluster.Destinations["d"].Health));
    }

    [Theory]
    [InlineData("Routes:r:Match:Methods", "Routes:r:Match:Methods:0=POST", "Routes:r:Match:Methods:1=POST")]
    [InlineData("Clusters:c:HealthCheck:Active:Interval", "Clusters:c:HealthCheck:Active:Enabled=true", "Clusters:c:HealthCheck:Active:Interval=00:00:00")]
    [InlineData("Clusters:c:HealthCheck:Active:Timeout", "Clusters:c:HealthCheck:Active:Enabled=true", "Clusters:c:HealthCheck:Active:Timeout=00:00:00")]
    [InlineData("Clusters:c:HealthCheck:Passive:ReactivationPeriod", "Clusters:c:HealthCheck:Passive:Enabled=true", "Clusters:c:HealthCheck:Passive:ReactivationPeriod=00:00:00")]
    [InlineData("Clusters:c:SessionAffinity:AffinityKeyName", "Clusters:c:SessionAffinity:Enabled=true")]
    [InlineData("Clusters:c:SessionAffinity:Cookie:Expiration", "Clusters:c:SessionAffinity:Enabled=true", "Clusters:c:SessionAffinity:AffinityKeyName=k", "Clusters:c:SessionAffinity:Cookie:Expiration=00:00:00")]
    [InlineData("Clusters:c:SessionAffinity:Cookie:MaxAge", "Clusters:c:SessionAffinity:Enabled=true", "Clusters:c:SessionAffinity:AffinityKeyName=k", "Clusters:c:SessionAffinity:Cookie:MaxAge=00:00:00")]
    public void A_mistake_that_yarp_finds_only_beside_others_has_its_path(string path, params string[] settings) => Assert.StartsWith(
        $"ReverseProxy:{path} ",
        Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal([.. settings.Select(s => $"ReverseProxy:{s}")]))),
        StringComparison.Ordinal);

    [Fact]
    public void A_value_that_yarp_cannot_read_hides_no_mistake_behind_it()
    {
        var problems = GatewayFile.Problems(GatewayFile.LoadMinimal(
            "ReverseProxy:Clusters:c:HttpRequest:ActivityTimeout=soon", "ReverseProxy:Clusters:c:LoadBalancingPolicy=Fair", "ReverseProxy:Routes:r:Metadata:Idempotency=nope"));
        Assert.Equal(
            ["ReverseProxy:Clusters:c:HttpRequest:ActivityTimeout", "ReverseProxy:Clusters:c:LoadBalancingPolicy", "ReverseProxy:Routes:r:Metadata:Idempotency"],
            problems.Select(p => p.Split(' ')[0]));
    }

    [Fact]
    public void Every_transform_that_yarp_documents_is_known()
    {
        string[] transforms =
        [
            "PathPrefix=/a", "PathRemovePrefix=/a", "PathSet=/a", "PathPattern=/a/{**rest}", "QueryValueParameter=a|Set=b", "QueryRouteParameter=a|Append=rest", "QueryRemoveParameter=a",
            "HttpMethodChange=PUT|Set=POST", "RequestHeadersCopy=true", "RequestHeadersAllowed=a;b", "RequestHeaderOriginalHost=true", "RequestHeader=a|Set=b",
            "RequestHeaderRouteValue=a|Set=rest", "RequestHeaderRemove=a", "X-Forwarded=Append|Prefix=Off", "Forwarded=by,for|ByFormat=Random", "ClientCert=a",
            "ResponseHeadersCopy=true", "ResponseHeadersAllowed=a", "ResponseHeader=a|Append=b|When=Always", "ResponseHeaderRemove=a|When=Success",
            "ResponseTrailersCopy=true", "ResponseTrailersAllowed=a", "ResponseTrailer=a|Set=b", "ResponseTrailerRemove=a",
        ];
        GatewayFile.LoadValid([.. transforms.SelectMany((transform, at) => transform.Split('|').Select(setting => $"ReverseProxy:Routes:r:Transforms:{at}:{setting}"))]);
    }

    [Fact]
    public void A_mistyped_transform_is_told_what_it_was_meant_to_be() => Assert.Contains(
        "is not a known transform: PathPrefx. Did you mean PathPrefix?",
        Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal("ReverseProxy:Routes:r:Transforms:0:PathPrefx=/a"))),
        StringComparison.Ordinal);

    [Fact]
    public void A_gateway_without_routes_is_a_mistake()
    {
        using var file = new GatewayFile("{}");
        Assert.StartsWith("ReverseProxy:Routes has no routes", Assert.Single(GatewayFile.Problems(file.Load())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Path=/{**rest}")]
    [InlineData("Path=/{**other}")]
    [InlineData("Hosts:0=a.example", "r:Match:Hosts:0=A.example", "r:Match:Hosts:1=b.example")]
    [InlineData("Path=/V3/Session", "r:Match:Path=/v3/session/")]
    [InlineData("Path=/v3/{id}/x", "r:Match:Path=/v3/{session}/x")]
    [InlineData("Path=/v3/{id:guid}", "r:Match:Path=/v3/{session:guid}")]
    [InlineData("Path=/x", "r:Match:Path=/x", "r:Order=0")]
    [InlineData("Path=/x", "s:Match:Methods:0=POST", "r:Match:Path=/x", "r:Match:Methods:0=GET", "r:Match:Methods:1=post")]
    public void Two_routes_that_fit_the_same_requests_are_a_mistake(string match, params string[] more) => Assert.StartsWith(
        "ReverseProxy:Routes:s:Match matches requests that route r matches as well",
        Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal(TwoRoutes(match, more)))),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("Path=/{**rest}", "s:Order=1")]
    [InlineData("Path=/{**rest}", "s:Match:Methods:0=POST")]
    [InlineData("Path=/{**rest}", "s:Match:Methods:0=POST", "r:Match:Methods:0=PATCH")]
    [InlineData("Path=/{**rest}", "s:Match:Hosts:0=a.example", "r:Match:Hosts:0=b.example")]
    [InlineData("Path=/{**rest}", "s:Match:Headers:0:Name=x", "s:Match:Headers:0:Mode=Exists")]
    [InlineData("Path=/v3/{id:guid}", "r:Match:Path=/v3/{id:int}")]
    [InlineData("Path=/v3/{id}", "r:Match:Path=/v3/{**rest}")]
    public void Two_routes_that_can_be_told_apart_are_none(string match, params string[] more) => GatewayFile.LoadValid(TwoRoutes(match, more));

    private static string[] TwoRoutes(string match, string[] more) =>
        ["ReverseProxy:Routes:s:ClusterId=c", $"ReverseProxy:Routes:s:Match:{match}", .. more.Select(s => $"ReverseProxy:Routes:{s}")];
}
