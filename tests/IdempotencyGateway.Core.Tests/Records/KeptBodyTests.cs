using System.Security.Cryptography;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;

namespace IdempotencyGateway.Core.Tests.Records;

public sealed class KeptBodyTests
{
    [Theory]
    [InlineData(KeptBody.Whole)]
    [InlineData(KeptBody.Redacted)]
    [InlineData(KeptBody.Omitted)]
    public void A_record_remembers_what_it_has_of_the_body(KeptBody kept)
    {
        var trace = new TraceReference(7, 9);
        RecordedResponse[] responses = [Of(kept), Of(kept) with { Trace = trace }];

        Assert.All(responses, response =>
        {
            var read = Assert.IsType<RecordedAnswer.Whole>(RecordCodec.Decode(RecordCodec.Encode(response))).Response;
            Assert.Equal((response.Kept, response.Trace), (read.Kept, read.Trace));
            Assert.Equal(response.Body.ToArray(), read.Body.ToArray());
        });
    }

    [Fact]
    public void A_tombstone_remembers_the_digest_of_the_body()
    {
        var digest = Digest256.Read(SHA256.HashData("answer"u8));
        var tombstone = new RecordedAnswer.Tombstone(TombstoneReason.DigestOnly, 201, DateTimeOffset.UnixEpoch) { BodyDigest = digest };

        var bytes = RecordCodec.Encode(tombstone);

        Assert.Equal(tombstone, RecordCodec.Decode(bytes));
        Assert.All(Enumerable.Range(14, 31), length => Assert.IsType<RecordedAnswer.Unreadable>(RecordCodec.Decode(bytes.AsMemory(0, length))));
    }

    [Fact]
    public void Headers_that_tell_of_the_whole_body_do_not_hold_for_a_part_of_it()
    {
        Assert.True(RecordableHeaders.Holds("ETag", KeptBody.Whole));
        Assert.False(RecordableHeaders.Holds("etag", KeptBody.Redacted));
        Assert.False(RecordableHeaders.Holds("Content-Digest", KeptBody.Omitted));
        Assert.True(RecordableHeaders.Holds("Content-Type", KeptBody.Redacted));
        Assert.False(RecordableHeaders.Holds("Content-Type", KeptBody.Omitted));
        Assert.True(RecordableHeaders.Holds("Location", KeptBody.Omitted));
    }

    [Theory]
    [InlineData("Set-Cookie")]
    [InlineData("authorization")]
    [InlineData("WWW-Authenticate")]
    [InlineData("Proxy-Authorization")]
    [InlineData("X-Auth-Token")]
    [InlineData("Idempotency-Body")]
    [InlineData("Idempotency-Expires")]
    public void What_would_hand_on_a_session_or_a_credential_is_never_kept(string name) => Assert.False(RecordableHeaders.Default.Keeps(name));

    private static RecordedResponse Of(KeptBody kept) =>
        new(201, DateTimeOffset.UnixEpoch, [new("Location", "/1")], kept == KeptBody.Omitted ? default : "{}"u8.ToArray(), []) { Kept = kept };

    [Theory]
    [InlineData("location", true)]
    [InlineData("Content-Type", true)]
    [InlineData("Content-Encoding", true)]
    [InlineData("grpc-status", true)]
    [InlineData("ETag", false)]
    [InlineData("X-Request-Cost", false)]
    [InlineData("Link", false)]
    [InlineData("Set-Cookie", false)]
    public void Where_headers_are_named_they_are_kept_and_what_the_answer_cannot_be_read_without(string name, bool kept) =>
        Assert.Equal(kept, new RecordableHeaders(["Link"], ["Location", "Link", "Set-Cookie"]).Keeps(name));
}
