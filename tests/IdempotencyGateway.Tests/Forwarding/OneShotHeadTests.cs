using System.Text;
using IdempotencyGateway.Forwarding;

namespace IdempotencyGateway.Tests.Forwarding;

public sealed class OneShotHeadTests
{
    [Fact]
    public void The_first_question_about_the_length_begins_the_attempt_and_a_second_is_refused()
    {
        using var body = Bodies.Of("{}");
        var attempt = new ForwardAttempt(body);
        using var request = Request(attempt);
        var head = OneShotHead.Watch(configured: null);

        Assert.Null(head("Host", request));
        Assert.False(attempt.WasBegun);
        Assert.Null(head("Content-Length", request));
        Assert.True(attempt.WasBegun);
        Assert.Null(head("Host", request));
        Assert.Throws<InvalidOperationException>(() => head("Content-Length", request));
    }

    [Fact]
    public void A_request_that_is_not_guarded_may_be_asked_about_as_often_as_it_takes()
    {
        using var request = Request(attempt: null);
        var head = OneShotHead.Watch(configured: null);

        Assert.Null(head("Content-Length", request));
        Assert.Null(head("Content-Length", request));
    }

    [Fact]
    public void The_cluster_s_own_encodings_still_count()
    {
        using var body = Bodies.Of("{}");
        using var request = Request(new ForwardAttempt(body));
        var head = OneShotHead.Watch((name, _) => name == "X-Name" ? Encoding.UTF8 : null);

        Assert.Equal(Encoding.UTF8, head("X-Name", request));
        Assert.Null(head("Content-Length", request));
    }

    private static HttpRequestMessage Request(ForwardAttempt? attempt)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "http://provider/");
        if (attempt is not null)
            request.Options.Set(ForwardAttempt.OptionsKey, attempt);
        return request;
    }
}
