using System.Buffers;
using System.Globalization;
using System.Text;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>A message body read from a connection. What has arrived is kept even if the body is never completed.</summary>
public sealed class MessageBody(BodyFraming framing, long contentLength)
{
    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _content = new();
    private readonly List<Field> _trailers = [];

    public BodyFraming Framing => framing;

    /// <summary>The content received so far, without chunk framing.</summary>
    public byte[] Content
    {
        get
        {
            lock (_lock)
                return _content.WrittenSpan.ToArray();
        }
    }

    public Fields Trailers => new(_trailers);

    /// <summary>Whether the body reached the end that its framing announced (for <see cref="BodyFraming.UntilClose"/>, an orderly close).</summary>
    public bool Complete { get; private set; }

    /// <summary>Reads to the body's end; does nothing if that has been reached. Returns <see cref="Complete"/>.</summary>
    public async Task<bool> Read(RawConnection connection, CancellationToken cancellation)
    {
        if (!Complete)
        {
            Complete = framing switch
            {
                BodyFraming.None => true,
                BodyFraming.ContentLength => await Copy(connection, contentLength, cancellation),
                BodyFraming.Chunked => await ReadChunks(connection, cancellation),
                BodyFraming.UntilClose => !await Copy(connection, long.MaxValue, cancellation) && connection.End == ConnectionEnd.Closed,
                _ => throw new InvalidOperationException($"unknown framing: {framing}"),
            };
        }
        return Complete;
    }

    private async Task<bool> ReadChunks(RawConnection connection, CancellationToken cancellation)
    {
        while (await connection.ReadLine(cancellation) is { } sizeLine)
        {
            var size = long.Parse(Text(sizeLine).Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
                return await ReadTrailers(connection, cancellation);
            if (!await Copy(connection, size, cancellation) || await connection.ReadLine(cancellation) is null)
                return false;
        }
        return false;
    }

    private async Task<bool> ReadTrailers(RawConnection connection, CancellationToken cancellation)
    {
        while (await connection.ReadLine(cancellation) is { } line)
        {
            if (Text(line) is not { Length: > 0 } trailer)
                return true;
            _trailers.Add(MessageHead.ParseField(trailer));
        }
        return false;
    }

    private async Task<bool> Copy(RawConnection connection, long length, CancellationToken cancellation)
    {
        var buffer = new byte[16 * 1024];
        while (length > 0)
        {
            var taken = await connection.Read(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length)), cancellation);
            if (taken == 0)
                return false;
            lock (_lock)
                _content.Write(buffer.AsSpan(0, taken));
            length -= taken;
        }
        return true;
    }

    private static string Text(byte[] line) => Encoding.Latin1.GetString(line).TrimEnd('\r', '\n');
}
