using System.Text;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Http2;

namespace IdempotencyGateway.Tests.Intake.Framing;

/// <summary>
/// What one HTTP/2 client sends on one connection: some valid requests, and among them frames, header blocks and requests that no client may send. The same seed gives the same bytes.
/// </summary>
internal sealed class FrameScript
{
    /// <summary>Whose requests all of them are, until a byte is spoiled.</summary>
    public const string Caller = "c";

    private static readonly Field[][] Forbidden =
    [
        [new("connection", "close")], [new("transfer-encoding", "chunked")], [new("keep-alive", "1")], [new("upgrade", "h2c")], [new("proxy-connection", "close")], [new("te", "gzip")],
        [new(":path", "/guarded/other")], [new(":status", "200")], [new(":unknown", "x")], [new("content-length", "3"), new("content-length", "4")], [new("content-length", "99")],
        [new("content-length", "1")], [new("content-length", "-2")], [new("x y", "z")], [new("", "z")], [new("x", "a\r\ny: b")], [new("x", "a\0b")],
        [new("x", " a")], [new("x", "a\t")],
    ];

    private readonly Random _random;
    private readonly List<byte> _bytes = [];
    private readonly List<(int At, Http2Frame Frame)> _frames = [];
    private int _stream = -1;

    private FrameScript(int seed) => _random = new(seed);

    /// <summary>With the connection's preface; the last frame is a PING, so that its answer says that everything was read.</summary>
    public byte[] Bytes { get; private set; } = [];

    /// <summary>Keys of requests that no server may take, and what is wrong with each.</summary>
    public Dictionary<string, string> Never { get; } = new(StringComparer.Ordinal);

    /// <summary>Streams on which a request came to its end: the server answers or refuses each, unless it ends the connection.</summary>
    public HashSet<int> Owed { get; } = [];

    /// <summary>How many requests are answered; null where anything in the connection is wrong.</summary>
    public int? Answers { get; private set; } = 0;

    /// <summary>One byte is another than its client meant.</summary>
    public bool IsSpoiled { get; private set; }

    /// <summary>Nothing can be said about the frames from some byte on: the last one may want more than there is.</summary>
    public bool IsTorn { get; private set; }

    public static FrameScript From(int seed)
    {
        var script = new FrameScript(seed);
        script._bytes.AddRange("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        // No dynamic table, so that answers can be read without one.
        script.Write(Http2Frame.Settings(((short)0x1, 0)));
        var isValid = script._random.Next(6) == 0;
        for (var i = script._random.Next(1, 6); i > 0; i--)
            script.Add($"{seed}-{i}", isValid || script._random.Next(3) == 0);
        script.Write(new Http2Frame(Http2FrameType.Ping, Http2Flags.None, 0, "finished"u8.ToArray()));
        script.Bytes = [.. script._bytes];
        if (!isValid && script._random.Next(4) == 0)
            script.SpoilAByte();
        return script;
    }

    private void Add(string key, bool valid)
    {
        if (valid)
        {
            Request(key);
            Answers++;
            return;
        }
        Answers = null;
        switch (_random.Next(9))
        {
            case 0:
                Anything();
                break;
            case 1:
                Headers(RandomBytes(_random.Next(1, 60)), Http2Flags.EndHeaders | Http2Flags.EndStream);
                Owed.Add(_stream);
                break;
            case 2 or 3:
                var odd = Forbidden[_random.Next(Forbidden.Length)];
                Never.Add(key, string.Join(", ", odd));
                Request(key, odd);
                break;
            case 4:
                Never.Add(key, "pseudo-headers at the end");
                Request(key, [], pseudoLast: true);
                break;
            case 5:
                ContinuationFlood(key);
                break;
            case 6:
                // Rapid reset.
                for (var i = _random.Next(1, 60); i > 0; i--)
                {
                    Request($"{key}-reset-{i}");
                    Write(Http2Frame.ResetStream(_stream, Http2Error.Cancel));
                    Owed.Remove(_stream);
                }
                break;
            case 7:
                // The answer has nowhere to go.
                Write(Http2Frame.Settings(((short)0x4, 0)));
                Request(key);
                break;
            default:
                // The same one three times at once, the last with trailers.
                Request(key);
                Request(key);
                Request(key, trailers: [new("x-checksum", "1")]);
                break;
        }
    }

    /// <param name="pseudoLast">Where they may not be.</param>
    private void Request(string key, Field[]? odd = null, bool pseudoLast = false, Field[]? trailers = null)
    {
        Field[] pseudo = [new(":method", "POST"), new(":scheme", "http"), new(":authority", "g"), new(":path", "/guarded/x")];
        Field[] regular = [new("x-api-key", Caller), new("idempotency-key", key), .. odd ?? [new("content-length", "2")]];
        Headers(HeaderBlock.Encode(pseudoLast ? [.. regular, .. pseudo] : [.. pseudo, .. regular]), Http2Flags.EndHeaders);
        Write(new Http2Frame(Http2FrameType.Data, trailers is null ? Http2Flags.EndStream : Http2Flags.None, _stream, "{}"u8.ToArray()));
        if (trailers is not null)
            Write(new Http2Frame(Http2FrameType.Headers, Http2Flags.EndHeaders | Http2Flags.EndStream, _stream, HeaderBlock.Encode(trailers)));
        Owed.Add(_stream);
    }

    private void Anything()
    {
        var frame = new Http2Frame((Http2FrameType)_random.Next(14), (Http2Flags)_random.Next(256), _random.Next(-2, 12), RandomBytes(_random.Next(40)));
        Write(frame);
        if (frame.Type == Http2FrameType.ResetStream)
            Owed.Remove(frame.StreamId);
    }

    private void ContinuationFlood(string key)
    {
        Headers(HeaderBlock.Encode(new Field(":method", "POST"), new Field("idempotency-key", key)), Http2Flags.None);
        var piece = HeaderBlock.Encode(new Field("x-" + new string('y', _random.Next(1, 200)), "z"));
        for (var i = _random.Next(1, 400); i > 0; i--)
            Write(new Http2Frame(Http2FrameType.Continuation, Http2Flags.None, _stream, piece));
    }

    private void Headers(byte[] block, Http2Flags flags)
    {
        _stream += 2;
        Write(new Http2Frame(Http2FrameType.Headers, flags, _stream, block));
    }

    private void Write(Http2Frame frame)
    {
        _frames.Add((_bytes.Count, frame));
        _bytes.AddRange(frame.ToBytes());
    }

    private void SpoilAByte()
    {
        (Answers, IsSpoiled) = (null, true);
        // A spoiled key is another key, and a spoiled length moves every frame behind it: what may not be taken is not known any more.
        Never.Clear();
        // Not in the first frame, which keeps answers legible.
        var (first, second) = (_frames[0].At, _frames[1].At);
        var at = _random.Next(Bytes.Length - (second - first));
        at = at < first ? at : at + second - first;
        Bytes[at] = (byte)_random.Next(256);

        var (start, frame) = _frames.LastOrDefault(frame => frame.At <= at);
        // In its flags or its payload it is of its own stream only, and the others are owed as before.
        IsTorn = at < first || frame.Type == Http2FrameType.Ping || (at - start) is < 4 or > 4 and < 9;
        Owed.Remove(frame.StreamId);
    }

    private byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    public override string ToString() => Encoding.Latin1.GetString(Bytes);
}
