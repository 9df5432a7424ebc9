using System.Buffers.Binary;
using System.Text;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// The binary layout of a new record and of a ticket, as described at the head of <c>Lua/record.lua</c>. Existing records are changed by the scripts only.
/// </summary>
internal static class RecordLayout
{
    /// <summary>The version of the layout, written into each record; the scripts refuse any other.</summary>
    public const byte Format = 1;

    /// <summary>Owner and fence, as stored in the record.</summary>
    public const int TicketSize = OwnerId.SizeInBytes + sizeof(long);

    public const int AttemptSize = sizeof(long);

    private const int TicketAt = 5;
    private const int FingerprintAt = TicketAt + TicketSize;
    private const int AttemptAt = FingerprintAt + Digest256.SizeInBytes;
    private const int LeaseAt = AttemptAt + AttemptSize;
    private const int LifeAt = LeaseAt + sizeof(long);
    private const int DestinationLengthAt = LifeAt + sizeof(long);
    private const int HeadSize = DestinationLengthAt + sizeof(int);

    /// <param name="attempt">Zero when nothing is ever withdrawn.</param>
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
        WriteNumber(record.AsSpan(LeaseAt), WholeMilliseconds.Of(request.Lease));
        WriteNumber(record.AsSpan(LifeAt), WholeMilliseconds.Of(request.Retention));
        BinaryPrimitives.WriteInt32BigEndian(record.AsSpan(DestinationLengthAt), length);
        Encoding.UTF8.GetBytes(destination, record.AsSpan(HeadSize));
        return record;
    }

    /// <returns>Answer and fence, if the record is done and has the same fingerprint; otherwise null, and the claim script decides.</returns>
    public static (ReadOnlyMemory<byte> Response, long Fence)? TryReadDone(ReadOnlyMemory<byte> record, Fingerprint fingerprint)
    {
        var bytes = record.Span;
        if (bytes.Length < HeadSize || !bytes.StartsWith("ig"u8) || bytes[2] != Format || bytes[3] != (byte)RecordState.Done
            || Digest256.Read(bytes.Slice(FingerprintAt, Digest256.SizeInBytes)) != fingerprint.Digest)
        {
            return null;
        }
        var destination = BinaryPrimitives.ReadInt32BigEndian(bytes[DestinationLengthAt..]);
        if (destination < 0 || destination > bytes.Length - HeadSize)
            return null;
        return (record[(HeadSize + destination)..], BinaryPrimitives.ReadInt64BigEndian(bytes[(TicketAt + OwnerId.SizeInBytes)..]));
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

    private static void WriteTicket(Span<byte> ticket, OwnerId owner, long fence)
    {
        owner.Write(ticket);
        WriteNumber(ticket[OwnerId.SizeInBytes..], fence);
    }

    private static void WriteNumber(Span<byte> bytes, long number) => BinaryPrimitives.WriteInt64BigEndian(bytes, number);
}
