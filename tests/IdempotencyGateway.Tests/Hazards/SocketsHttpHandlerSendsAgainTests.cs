using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Hazards;

/// <summary>
/// .NET's HTTP client re-sends a request up to three times, whatever its method, if an HTTP/1.1 connection closes before the first byte
/// of an answer and before any byte of the body was sent (dotnet/runtime#86714). The gateway's forwarding is designed around this
/// behaviour; if a test fails, .NET has changed, and the forwarding must be reviewed.
/// </summary>
public sealed class SocketsHttpHandlerSendsAgainTests
{
    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("PUT")]
    public async Task A_request_without_content_is_delivered_four_times(string method)
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Close());
        using var client = BareClient.Http11();

        var failed = await client.Fails(client.Request(method, provider.Address));

        Assert.Equal(HttpRequestError.ResponseEnded, failed.HttpRequestError);
        Assert.Equal((4, 4), (provider.Deliveries.Count, provider.Connections));
        Assert.All(provider.Deliveries, delivery => Assert.Equal(method, delivery.Method));
    }

    [Fact]
    public async Task A_body_that_waits_for_100_continue_does_not_protect_its_request()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterHead.Close());
        using var client = BareClient.Http11();
        using var request = client.Request("POST", provider.Address, new StringContent("{}"));
        request.Headers.ExpectContinue = true;

        await client.Fails(request);

        Assert.Equal(4, provider.Deliveries.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    public async Task A_request_with_content_is_delivered_once_even_when_the_content_is_empty(string body)
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Close());
        using var client = BareClient.Http11();

        await client.Fails(client.Request("POST", provider.Address, new StringContent(body)));

        Assert.Equal($"{body.Length}", Assert.Single(provider.Deliveries).Headers["Content-Length"]);
    }

    [Fact]
    public async Task A_reset_is_not_answered_by_sending_again()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Reset());
        using var client = BareClient.Http11();

        await client.Fails(client.Request("POST", provider.Address));

        Assert.Single(provider.Deliveries);
    }

    [Fact]
    public async Task An_interim_answer_before_the_close_is_a_byte_of_an_answer()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Interim(103).Close());
        using var client = BareClient.Http11();

        await client.Fails(client.Request("POST", provider.Address));

        Assert.Single(provider.Deliveries);
    }

    [Theory]
    [InlineData(null, 5)]
    [InlineData("", 2)]
    [InlineData("{}", 2)]
    public async Task A_pooled_connection_that_closes_on_reuse_changes_nothing_about_it(string? body, int deliveries)
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Answer(200), Step.AfterBody.Close());
        using var client = BareClient.Http11();

        using var first = await client.SendAsync(client.Request("POST", provider.Address, Content(body)));
        await client.Fails(client.Request("POST", provider.Address, Content(body)));

        Assert.Equal(deliveries, provider.Deliveries.Count);
        Assert.Equal((1, 2), (provider.Deliveries[1].Connection, provider.Deliveries[1].Ordinal));
    }

    [Fact]
    public async Task A_request_that_was_in_the_socket_when_an_idle_connection_closed_is_sent_again_elsewhere()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Answer(200).AwaitNextRequest().Close(), Step.AfterBody.Answer(201));
        using var client = BareClient.Http11();

        using var first = await client.SendAsync(client.Request("POST", provider.Address));
        using var second = await client.SendAsync(client.Request("POST", provider.Address));

        Assert.Equal((2, 1, 2), (provider.Deliveries.Count, provider.UnreadRequests, provider.Connections));
    }

    private static StringContent? Content(string? body) => body is null ? null : new StringContent(body);
}
