using System.Buffers.Binary;
using System.Text;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// The bytes of a record that nobody asked for before, and of a ticket; the head of <c>Lua/record.lua</c> says what lies where. Only the scripts change a record.
/// </summary>
internal static class RecordLayout
{
    /// <summary>What a record says of its own layout; the scripts refuse every other.</summary>
    public const byte Format = 1;

    /// <summary>Owner and fence, as they lie in the record.</summary>
    public const int TicketSize = OwnerId.SizeInBytes + sizeof(long);

    public const int AttemptSize = sizeof(long);

    private const int TicketAt = 5;
    private const int FingerprintAt = TicketAt + TicketSize;
    private const int AttemptAt = FingerprintAt + Digest256.SizeInBytes;
    private const int LeaseAt = AttemptAt + AttemptSize;
    private const int LifeAt = LeaseAt + sizeof(long);
    private const int DestinationLengthAt = LifeAt + sizeof(long);
    private const int HeadSize = DestinationLengthAt + sizeof(int);

    /// <param name="attempt">Zero where nothing is ever withdrawn.</param>
    public static byte[] Claim(ClaimRequest request, long attempt)
    {
        var destination = request.Destination ?? "";
        var length = Encoding.UTF8.GetByteCount(destination);
        var record = new byte[HeadSize + length];
        "ig"u8.CopyTo(record);
        record[2] = Format;
        record[3] = (byte)(request.AsSent ? RecordState.Sent : RecordState.Claimed);
        WriteTicket(record.AsSpan(TicketAt), request.Owner, fence: 1);
        request.Fingerprint.Digest.Write(record.AsSpan(FingerprintAt));
        WriteNumber(record.AsSpan(AttemptAt), attempt);
        WriteNumber(record.AsSpan(LeaseAt), Milliseconds(request.Lease));
        WriteNumber(record.AsSpan(LifeAt), Milliseconds(request.Retention));
        BinaryPrimitives.WriteInt32BigEndian(record.AsSpan(DestinationLengthAt), length);
        Encoding.UTF8.GetBytes(destination, record.AsSpan(HeadSize));
        return record;
    }

    /// <returns>The answer and the fence of a record that is done and was asked for in the same way; null for every other, which the claim's script judges.</returns>
    public static (ReadOnlyMemory<byte> Response, long Fence)? TryReadDone(ReadOnlyMemory<byte> record, Fingerprint fingerprint)
    {
        var bytes = record.Span;
        if (bytes.Length < HeadSize || !bytes.StartsWith("ig"u8) || bytes[2] != Format || bytes[3] != (byte)RecordState.Done
            || Digest256.Read(bytes.Slice(FingerprintAt, Digest256.SizeInBytes)) != fingerprint.Digest)
        {
            return null;
        }
        var response = HeadSize + BinaryPrimitives.ReadInt32BigEndian(bytes[DestinationLengthAt..]);
        return (record[response..], BinaryPrimitives.ReadInt64BigEndian(bytes[(TicketAt + OwnerId.SizeInBytes)..]));
    }

    public static byte[] Ticket(OwnerId owner, long fence)
    {
        var ticket = new byte[TicketSize];
        WriteTicket(ticket, owner, fence);
        return ticket;
    }

    public static byte[] Attempt(long number)
    {
        var attempt = new byte[AttemptSize];
        WriteNumber(attempt, number);
        return attempt;
    }

    /// <summary>Rounded up, so that no positive duration becomes none.</summary>
    public static long Milliseconds(TimeSpan duration) => (long)Math.Ceiling(duration.TotalMilliseconds);

    private static void WriteTicket(Span<byte> ticket, OwnerId owner, long fence)
    {
        owner.Write(ticket);
        WriteNumber(ticket[OwnerId.SizeInBytes..], fence);
    }

    private static void WriteNumber(Span<byte> bytes, long number) => BinaryPrimitives.WriteInt64BigEndian(bytes, number);
}
