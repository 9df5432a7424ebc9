using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Recording;

namespace IdempotencyGateway.Tests.Recording;

/// <summary>What is kept of an answer: where its type or coding is ambiguous, less is kept. (Whole exchanges: <see cref="Exchange.KeptBodiesTests"/>.)</summary>
public sealed class AnswerKeeperTests
{
    [Theory]
    [InlineData(KeptBody.Whole, "application/json")]
    [InlineData(KeptBody.Omitted, "application/json", "text/html")]
    [InlineData(KeptBody.Omitted, "no type")]
    public void What_says_its_type_twice_or_not_at_all_may_be_a_picture(KeptBody expected, params string[] types)
    {
        var answer = Answer([.. types.Select(type => new KeyValuePair<string, string>("Content-Type", type))]);

        Assert.Equal(expected, Keep(answer, new()).Kept);
    }

    [Theory]
    [InlineData("Identity", KeptBody.Redacted)]
    [InlineData("gzip", KeptBody.Omitted)]
    public void Only_what_is_not_coded_can_be_redacted(string coding, KeptBody expected)
    {
        var answer = Answer([new("Content-Type", "application/json"), new("Content-Encoding", coding)]);

        Assert.Equal(expected, Keep(answer, new() { Body = RecordBody.Redacted }).Kept);
    }

    [Fact]
    public void Trailers_that_tell_of_a_body_go_with_it()
    {
        var answer = Answer([], new("Digest", "sha-256=x"), new("X-Sum", "7"));

        Assert.Equal(["X-Sum"], Keep(answer, new() { Body = RecordBody.HeadersOnly }).Trailers.Select(trailer => trailer.Key));
    }

    private static RecordedResponse Answer(KeyValuePair<string, string>[] headers, params KeyValuePair<string, string>[] trailers) =>
        new(200, DateTimeOffset.UnixEpoch, headers, Encoding.UTF8.GetBytes("""{"a":1}"""), trailers);

    private static RecordedResponse Keep(RecordedResponse answer, RecordPolicy policy) => Assert.IsType<RecordedAnswer.Whole>(AnswerKeeper.Keep(answer, policy)).Response;
}
