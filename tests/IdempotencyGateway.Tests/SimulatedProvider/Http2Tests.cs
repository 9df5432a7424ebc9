using System.Net;
using SimulatedProvider;
using SimulatedProvider.Faults;

namespace IdempotencyGateway.Tests.SimulatedProvider;

public sealed class Http2Tests : ProviderTest
{
    protected override SimulatedProviderOptions Options => new() { Http2 = true };

    [Fact]
    public async Task Requests_are_answered_without_tls_by_prior_knowledge()
    {
        await Client.CreateSessionAsync(("X-Operation", "o"));

        var echo = await ProviderClient.ReadAsync(HttpStatusCode.OK, Client.SendAsync(HttpMethod.Post, "/v3/echo", "hello"));

        Assert.Equal("HTTP/2", echo.GetProperty("protocol").GetString());
        Assert.Equal(5, echo.GetProperty("body").GetProperty("length").GetInt32());
        Assert.Equal(1, Executions.CountFor("o"));
    }

    [Theory]
    [InlineData("execute-then-reset")]
    [InlineData("execute-then-close")]
    [InlineData("truncate")]
    [InlineData("execute-then-refuse-stream")]
    public async Task A_broken_exchange_is_an_error_after_the_operation_was_executed(string fault)
    {
        await Assert.ThrowsAsync<HttpRequestException>(() => Client.CreateSessionAsync(("X-Operation", "o"), ("X-Simulate", fault)));

        Assert.True(Executions.CountFor("o") >= 1);
    }

    [Fact]
    public async Task A_refused_stream_is_sent_again_by_the_http_client_itself()
    {
        Faults.Next(new Fault.RefuseStream());

        await Client.CreateSessionAsync(("X-Operation", "o"));

        Assert.Equal((1, 2), (Executions.CountFor("o"), Executions.DeliveriesFor("o")));
    }

    [Fact]
    public async Task A_body_delimited_by_closing_does_not_exist()
    {
        await ProviderClient.ReadAsync(HttpStatusCode.BadRequest, Client.SendAsync(
            HttpMethod.Post, ProviderClient.SessionPath, ProviderClient.SessionBody, ("X-Simulate", "close-delimited")));
    }
}
