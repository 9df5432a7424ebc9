using IdempotencyGateway.Core.Records;

namespace IdempotencyGateway.Core.Tests.Records;

/// <summary>Records in an unknown or invalid format decode as unreadable, never as another answer.</summary>
public sealed class DamagedRecordTests
{
    private const int MarksAt = 12;

    [Fact]
    public void A_reason_that_is_not_known()
    {
        var bytes = RecordCodec.Encode(new RecordedAnswer.Tombstone(TombstoneReason.TooLarge, 200, DateTimeOffset.UnixEpoch));
        bytes[2] = 99;

        Assert.Contains("reason 99", Assert.IsType<RecordedAnswer.Unreadable>(RecordCodec.Decode(bytes)).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_form_of_body_that_is_not_known()
    {
        var bytes = Whole();
        bytes[MarksAt] = 3 << 1;

        Assert.IsType<RecordedAnswer.Unreadable>(RecordCodec.Decode(bytes));
    }

    [Theory]
    [InlineData(0x80, 0x80, 0x80, 0x80, 0x80, 0x00)]
    [InlineData(0xFF, 0xFF, 0xFF, 0xFF, 0x0F)]
    [InlineData(0xFF, 0xFF, 0xFF, 0xFF, 0x07)]
    [InlineData(0x02)]
    public void A_number_of_headers_that_is_too_long_negative_or_more_than_there_is_room_for(params int[] number)
    {
        byte[] bytes = [.. Whole().AsSpan(0, MarksAt + 1), .. number.Select(part => (byte)part), 0, 0];

        Assert.IsType<RecordedAnswer.Unreadable>(RecordCodec.Decode(bytes));
    }

    private static byte[] Whole() => RecordCodec.Encode(new RecordedResponse(200, DateTimeOffset.UnixEpoch, [], default, []));
}
