using IdempotencyGateway.Core.Records;

namespace IdempotencyGateway.Core.Tests.Records;

public sealed class RecordedTraceTests
{
    private static readonly TraceReference Trace = new(UInt128.Parse("0af7651916cd43dd8448eb211c80319c", System.Globalization.NumberStyles.HexNumber, null), 0xb7ad6b7169203331);

    private static readonly RecordedResponse Response = new(
        201, DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000), [new("Location", "/s/1")], "{}"u8.ToArray(), [new("Checksum", "7")]);

    [Fact]
    public void A_record_remembers_the_trace_that_made_it()
    {
        var read = Decode(RecordCodec.Encode(Response with { Trace = Trace }));

        Assert.Equal(Trace, read.Trace);
        Assert.Equal(Response.Headers, read.Headers);
        Assert.Equal(Response.Trailers, read.Trailers);
        Assert.Equal(Response.Body.ToArray(), read.Body.ToArray());
    }

    [Fact]
    public void A_record_made_without_a_trace_has_none()
    {
        var bytes = RecordCodec.Encode(Response);

        Assert.Null(Decode(bytes).Trace);
        Assert.Equal(RecordCodec.Encode(Response with { Trace = Trace }).Length - TraceReference.SizeInBytes, bytes.Length);
    }

    [Fact]
    public void A_record_cut_anywhere_before_its_body_is_called_damaged()
    {
        var bytes = RecordCodec.Encode(Response with { Trace = Trace });

        for (var length = 0; length < bytes.Length - Response.Body.Length; length++)
            Assert.IsType<RecordedAnswer.Unreadable>(RecordCodec.Decode(bytes.AsMemory(0, length)));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(255)]
    public void A_mark_that_nobody_writes_is_called_damaged(byte hasTrace)
    {
        var bytes = RecordCodec.Encode(Response with { Trace = Trace });
        bytes[12] = hasTrace;

        Assert.IsType<RecordedAnswer.Unreadable>(RecordCodec.Decode(bytes));
    }

    [Fact]
    public void Ids_keep_the_order_of_bytes_that_their_hex_form_has()
    {
        var bytes = new byte[TraceReference.SizeInBytes];
        Trace.Write(bytes);

        Assert.Equal("0af7651916cd43dd8448eb211c80319cb7ad6b7169203331", Convert.ToHexStringLower(bytes));
        Assert.Equal(Trace, TraceReference.Read(bytes));
        Assert.Null(TraceReference.Read(new byte[TraceReference.SizeInBytes]));
    }

    private static RecordedResponse Decode(byte[] bytes) => Assert.IsType<RecordedAnswer.Whole>(RecordCodec.Decode(bytes)).Response;
}
