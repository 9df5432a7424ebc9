namespace IdempotencyGateway.Tests.Configuration;

public sealed class ListenTests
{
    [Fact]
    public void Addresses_for_http2_stand_beside_the_others()
    {
        var snapshot = GatewayFile.LoadValid("Listen:Http2:0=http://127.0.0.1:8082");

        Assert.Equal([new Uri("http://0.0.0.0:8080")], snapshot.Listen.Proxy);
        Assert.Equal([new Uri("http://127.0.0.1:8082")], snapshot.Listen.Http2);
    }

    [Theory]
    [InlineData("Listen:Admin=http://127.0.0.1:8082", "Listen:Admin has the proxy's port, 8082")]
    [InlineData("Listen:Proxy:0=http://127.0.0.1:8082", "Listen:Proxy and Http2 name an address twice")]
    public void An_address_for_http2_is_for_clients_alone(string other, string problem)
    {
        var problems = GatewayFile.Problems(GatewayFile.LoadMinimal("Listen:Http2:0=http://127.0.0.1:8082", other));

        Assert.StartsWith(problem, Assert.Single(problems), StringComparison.Ordinal);
    }
}
