using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Tests.Fraud.Scoring;

namespace IdempotencyGateway.Core.Tests.Records;

public sealed class RecordedVerdictTests
{
    private static readonly TraceReference Trace = new(17, 4);

    private static readonly RecordedResponse Response = new(
        201, DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000), [new("Location", "/s/1")], "{}"u8.ToArray(), [new("Checksum", "7")]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_record_keeps_the_verdict_over_its_request(bool traced)
    {
        var random = new Random(20261121);
        for (var i = 0; i < 500; i++)
        {
            var verdict = Verdicts.Any(random);
            var read = Decode(RecordCodec.Encode(Response with { Trace = traced ? Trace : null, Verdict = verdict }));

            Assert.Equal(verdict, read.Verdict);
            Assert.Equal(traced ? Trace : null, read.Trace);
            Assert.Equal(Response.Headers, read.Headers);
            Assert.Equal(Response.Trailers, read.Trailers);
            Assert.Equal(Response.Body.ToArray(), read.Body.ToArray());
        }
    }

    [Fact]
    public void A_record_without_a_verdict_has_none() => Assert.Null(Decode(RecordCodec.Encode(Response)).Verdict);

    [Fact]
    public void A_record_cut_anywhere_before_its_body_is_called_damaged()
    {
        var bytes = RecordCodec.Encode(Response with { Verdict = Verdicts.Small(new Random(1)) });

        for (var length = 0; length < bytes.Length - Response.Body.Length; length++)
            Assert.IsType<RecordedAnswer.Unreadable>(RecordCodec.Decode(bytes.AsMemory(0, length)));
    }

    [Fact]
    public void A_verdict_that_cannot_be_read_is_none_and_the_answer_is_whole()
    {
        var bytes = RecordCodec.Encode(Response with { Verdict = Verdicts.Small(new Random(1)) });
        // The verdict's format version follows the 13-byte head and the verdict's length of one or two bytes.
        bytes[13 + (bytes[13] >= 0x80 ? 2 : 1)] = 99;

        var read = Decode(bytes);

        Assert.Null(read.Verdict);
        Assert.Equal(Response.Headers, read.Headers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_tombstone_keeps_it_too(bool withDigest)
    {
        var random = new Random(20261126);
        for (var i = 0; i < 500; i++)
        {
            var tombstone = Tombstone(Verdicts.Any(random), withDigest);

            Assert.Equal(tombstone, RecordCodec.Decode(RecordCodec.Encode(tombstone)));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_tombstone_cut_before_its_verdict_is_called_damaged_and_one_cut_within_has_none(bool withDigest)
    {
        var tombstone = Tombstone(Verdicts.Small(new Random(1)), withDigest);
        var bytes = RecordCodec.Encode(tombstone);
        var fact = RecordCodec.Encode(tombstone with { Verdict = null }).Length + 1;

        for (var length = 0; length < fact; length++)
            Assert.IsType<RecordedAnswer.Unreadable>(RecordCodec.Decode(bytes.AsMemory(0, length)));
        for (var length = fact; length < bytes.Length; length++)
            Assert.Equal(tombstone with { Verdict = null }, RecordCodec.Decode(bytes.AsMemory(0, length)));
    }

    private static RecordedAnswer.Tombstone Tombstone(Verdict verdict, bool withDigest) => new(TombstoneReason.DigestOnly, 201, DateTimeOffset.UnixEpoch)
    {
        BodyDigest = withDigest ? Digest256.Read(new byte[Digest256.SizeInBytes]) : null,
        Verdict = verdict,
    };

    private static RecordedResponse Decode(byte[] bytes) => Assert.IsType<RecordedAnswer.Whole>(RecordCodec.Decode(bytes)).Response;
}
