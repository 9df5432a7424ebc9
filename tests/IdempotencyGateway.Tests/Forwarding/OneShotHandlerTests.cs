using System.Net;
using IdempotencyGateway.Forwarding;

namespace IdempotencyGateway.Tests.Forwarding;

public sealed class OneShotHandlerTests
{
    [Fact]
    public async Task An_attempt_is_handed_down_once_whichever_message_it_comes_with()
    {
        using var body = Bodies.Of("{}");
        var attempt = new ForwardAttempt(body);
        using var below = new Counting();
        using var client = new HttpMessageInvoker(new OneShotHandler(below));

        using var answer = await client.SendAsync(Request(attempt), CancellationToken.None);

        await Assert.ThrowsAsync<InvalidOperationException>(() => client.SendAsync(Request(attempt), CancellationToken.None));
        Assert.Equal(1, below.Count);
    }

    /// <summary>A route's transforms may have set these headers and this version policy.</summary>
    [Fact]
    public async Task What_makes_the_client_below_send_in_another_way_is_taken_out()
    {
        using var body = Bodies.Of("{}");
        using var below = new Counting();
        using var client = new HttpMessageInvoker(new OneShotHandler(below));
        using var request = Request(new(body));
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher;
        (request.Headers.TransferEncodingChunked, request.Headers.ExpectContinue) = (true, true);

        using var answer = await client.SendAsync(request, CancellationToken.None);

        Assert.Equal((HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact), (request.Version, request.VersionPolicy));
        Assert.Empty(request.Headers);
        Assert.Equal(2, request.Content!.Headers.ContentLength);
    }

    [Fact]
    public async Task The_length_is_that_of_the_body_that_is_sent_and_not_the_client_s()
    {
        using var body = Bodies.Of("longer than it came");
        using var below = new Counting();
        using var client = new HttpMessageInvoker(new OneShotHandler(below));
        using var request = Request(new(body));
        request.Content = new StringContent("{}") { Headers = { ContentLength = 2 } };

        using var answer = await client.SendAsync(request, CancellationToken.None);

        Assert.Equal(body.Length, request.Content.Headers.ContentLength);
        Assert.Equal("text/plain", request.Content.Headers.ContentType?.MediaType);
    }

    private static HttpRequestMessage Request(ForwardAttempt attempt)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "http://provider/");
        request.Options.Set(ForwardAttempt.OptionsKey, attempt);
        return request;
    }

    private sealed class Counting : HttpMessageHandler
    {
        public int Count { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count++;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }
    }
}
