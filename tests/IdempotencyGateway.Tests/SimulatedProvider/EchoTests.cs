using System.Net;
using System.Security.Cryptography;

namespace IdempotencyGateway.Tests.SimulatedProvider;

public sealed class EchoTests : ProviderTest
{
    [Fact]
    public async Task An_echo_says_what_arrived()
    {
        var body = RandomNumberGenerator.GetBytes(200_000);
        using var content = new ByteArrayContent(body);

        var echo = await ProviderClient.ReadAsync(
            HttpStatusCode.OK, Client.SendAsync(HttpMethod.Put, "/v3/echo/a%20b?x=1&x=2", content, [("X-Two", "1"), ("X-Two", "2")]));

        Assert.Equal("PUT", echo.GetProperty("method").GetString());
        Assert.Equal("/v3/echo/a b", echo.GetProperty("path").GetString());
        Assert.Equal("?x=1&x=2", echo.GetProperty("query").GetString());
        Assert.Equal("/v3/echo/a%20b?x=1&x=2", echo.GetProperty("target").GetString());
        Assert.Equal("HTTP/1.1", echo.GetProperty("protocol").GetString());
        Assert.Equal("1, 2", echo.GetProperty("headers").GetProperty("X-Two")[0].GetString());
        Assert.Equal(200_000, echo.GetProperty("body").GetProperty("length").GetInt32());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(body)), echo.GetProperty("body").GetProperty("sha256").GetString());
    }

    [Fact]
    public async Task A_header_sent_twice_shows_twice()
    {
        using var connection = await RawConnection.OpenAsync(Provider.Address);
        await connection.SendAsync("GET /v3/echo HTTP/1.1\r\nHost: x\r\nX-Two: 1\r\nX-Two: 2\r\nConnection: close\r\n\r\n");

        var (text, _) = await connection.ReadToEndAsync();

        Assert.Contains("""
            "X-Two":["1","2"]
            """, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", 0)]
    [InlineData("OPTIONS", 0)]
    [InlineData("POST", 1)]
    [InlineData("DELETE", 1)]
    public async Task Only_methods_that_may_have_an_effect_count_as_executions(string method, int executions)
    {
        await ProviderClient.ReadAsync(HttpStatusCode.OK, Client.SendAsync(new HttpMethod(method), "/v3/echo"));

        Assert.Equal(executions, Executions.Total);
        Assert.Equal(1, Executions.Deliveries);
    }
}
