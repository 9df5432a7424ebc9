using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tests.Configuration;

public class UnknownNamesTests
{
    [Theory]
    [InlineData("Stoer:Kind", "Stoer", "Store")]
    [InlineData("Listen:Proxi:0", "Listen:Proxi", "Proxy")]
    [InlineData("Store:Sqlite:Pth", "Store:Sqlite:Pth", "Path")]
    [InlineData("Idempotency:Policys", "Idempotency:Policys", "Policies")]
    [InlineData("Idempotency:Policies:create:Retenton", "Idempotency:Policies:create:Retenton", "Retention")]
    [InlineData("Idempotency:Policies:create:Key:Heder", "Idempotency:Policies:create:Key:Heder", "Header")]
    [InlineData("Idempotency:Policies:create:Record:Status", "Idempotency:Policies:create:Record:Status", "Statuses")]
    [InlineData("Logging:LogLevels", "Logging:LogLevels", "LogLevel")]
    [InlineData("ReverseProxy:Rotes", "ReverseProxy:Rotes", "Routes")]
    [InlineData("ReverseProxy:Routes:r:Ordr", "ReverseProxy:Routes:r:Ordr", "Order")]
    [InlineData("ReverseProxy:Routes:r:Match:Hots:0", "ReverseProxy:Routes:r:Match:Hots", "Hosts")]
    [InlineData("ReverseProxy:Clusters:c:HttpClient:SslProtocol:0", "ReverseProxy:Clusters:c:HttpClient:SslProtocol", "SslProtocols")]
    [InlineData("ReverseProxy:Clusters:c:HealthCheck:Active:Intervall", "ReverseProxy:Clusters:c:HealthCheck:Active:Intervall", "Interval")]
    [InlineData("ReverseProxy:Clusters:c:Destinations:d:Adress", "ReverseProxy:Clusters:c:Destinations:d:Adress", "Address")]
    public void An_unknown_name_is_an_error_at_every_level(string setting, string path, string meant)
    {
        var invalid = Assert.IsType<SnapshotResult.Invalid>(GatewayFile.LoadMinimal($"{setting}=x"));

        var problem = Assert.Single(invalid.Problems);
        Assert.Equal(path, problem.Path);
        Assert.Contains($"Did you mean {meant}?", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_known_in_any_letter_case() =>
        Assert.Equal(TimeSpan.FromSeconds(5), GatewayFile.LoadValid("shutdown:GRACE=5s").Shutdown.Grace);

    [Fact]
    public void Metadata_that_looks_like_a_guard_and_is_none_is_an_error()
    {
        var problem = Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal(
            "ReverseProxy:Routes:s:ClusterId=c", "ReverseProxy:Routes:s:Match:Path=/s", "ReverseProxy:Routes:s:Metadata:Idempotancy=create")));
        Assert.Equal("ReverseProxy:Routes:s:Metadata:Idempotancy guards nothing: the name is Idempotency.", problem);
    }

    [Fact]
    public void Other_metadata_is_free() => GatewayFile.LoadValid("ReverseProxy:Routes:r:Metadata:Team=identity");
}
