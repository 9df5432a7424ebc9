using System.Buffers.Binary;

namespace IdempotencyGateway.Tests.Testing.Http2;

/// <summary>Frame types of RFC 9113, section 6.</summary>
public enum Http2FrameType : byte
{
    Data = 0x0,
    Headers = 0x1,
    Priority = 0x2,
    ResetStream = 0x3,
    Settings = 0x4,
    PushPromise = 0x5,
    Ping = 0x6,
    GoAway = 0x7,
    WindowUpdate = 0x8,
    Continuation = 0x9,
}

/// <summary>Frame flags. On SETTINGS and PING frames, 0x1 means <see cref="Http2Frame.Ack"/>.</summary>
[Flags]
public enum Http2Flags : byte
{
    None = 0,
    EndStream = 0x1,
    EndHeaders = 0x4,
    Padded = 0x8,
    Priority = 0x20,
}

/// <summary>The error codes of RFC 9113, section 7, that scripts use.</summary>
public enum Http2Error
{
    NoError = 0x0,
    ProtocolError = 0x1,
    InternalError = 0x2,
    RefusedStream = 0x7,
    Cancel = 0x8,
    EnhanceYourCalm = 0xb,
    Http11Required = 0xd,
}

/// <summary>One HTTP/2 frame.</summary>
public readonly record struct Http2Frame(Http2FrameType Type, Http2Flags Flags, int StreamId, ReadOnlyMemory<byte> Payload)
{
    public const Http2Flags Ack = Http2Flags.EndStream;
    private const int HeadInBytes = 9;

    public bool Has(Http2Flags flag) => (Flags & flag) != Http2Flags.None;

    /// <summary>The payload of a DATA or HEADERS frame, without padding and priority.</summary>
    public ReadOnlyMemory<byte> Content
    {
        get
        {
            var content = Payload;
            if (Has(Http2Flags.Padded))
                content = content[1..^content.Span[0]];
            return Type == Http2FrameType.Headers && Has(Http2Flags.Priority) ? content[5..] : content;
        }
    }

    /// <summary>Reads the next frame; null if the connection ended first.</summary>
    public static async ValueTask<Http2Frame?> Read(RawConnection connection, CancellationToken cancellation)
    {
        var head = new byte[HeadInBytes];
        if (!await connection.ReadExactly(head, cancellation))
            return null;
        var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
        if (!await connection.ReadExactly(payload, cancellation))
            return null;
        var stream = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)) & int.MaxValue;
        return new Http2Frame((Http2FrameType)head[3], (Http2Flags)head[4], stream, payload);
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[HeadInBytes + Payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, Payload.Length << 8);
        bytes[3] = (byte)Type;
        bytes[4] = (byte)Flags;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), StreamId);
        Payload.CopyTo(bytes.AsMemory(HeadInBytes));
        return bytes;
    }

    public static Http2Frame ResetStream(int stream, Http2Error error) => new(Http2FrameType.ResetStream, Http2Flags.None, stream, Number((int)error));

    public static Http2Frame GoAway(int lastStream, Http2Error error) =>
        new(Http2FrameType.GoAway, Http2Flags.None, 0, (byte[])[.. Number(lastStream), .. Number((int)error)]);

    public static Http2Frame WindowUpdate(int increment) => new(Http2FrameType.WindowUpdate, Http2Flags.None, 0, Number(increment));

    /// <param name="settings">Identifiers and values of RFC 9113, section 6.5.2.</param>
    public static Http2Frame Settings(params ReadOnlySpan<(short Id, int Value)> settings)
    {
        var payload = new byte[6 * settings.Length];
        for (var i = 0; i < settings.Length; i++)
        {
            BinaryPrimitives.WriteInt16BigEndian(payload.AsSpan(6 * i), settings[i].Id);
            BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(6 * i + 2), settings[i].Value);
        }
        return new Http2Frame(Http2FrameType.Settings, Http2Flags.None, 0, payload);
    }

    /// <summary>The acknowledgement of this SETTINGS frame (empty) or PING frame (with the same payload).</summary>
    public Http2Frame Acknowledgement => new(Type, Ack, 0, Type == Http2FrameType.Ping ? Payload : ReadOnlyMemory<byte>.Empty);

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
