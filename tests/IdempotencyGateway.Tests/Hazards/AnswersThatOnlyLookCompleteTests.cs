using System.Net;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Http2;

namespace IdempotencyGateway.Tests.Hazards;

/// <summary>Truncated answers that .NET's HTTP client returns as complete, without an error.</summary>
public sealed class AnswersThatOnlyLookCompleteTests
{
    [Fact]
    public async Task A_body_framed_by_the_close_of_the_connection_may_have_lost_its_end()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.AnswerUntilClose(201, "{\"session_id\":"));
        using var client = BareClient.Http11();

        using var answer = await client.SendAsync(client.Request("POST", provider.Address, new StringContent("{}")));

        Assert.Equal((HttpStatusCode.Created, "{\"session_id\":"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Over_HTTP2_nobody_compares_the_content_length_with_what_came()
    {
        await using var provider = ScriptedHttp2Provider.Start(
            Http2Step.AfterBody.Headers(201, endStream: false, new Field("content-length", "100")).Data("{\"session_id\":", endStream: true));
        using var client = BareClient.Http2();

        using var answer = await client.SendAsync(client.Request("POST", provider.Address, new StringContent("{}")));

        Assert.Equal((100, "{\"session_id\":"), (answer.Content.Headers.ContentLength, await answer.Content.ReadAsStringAsync()));
    }
}
