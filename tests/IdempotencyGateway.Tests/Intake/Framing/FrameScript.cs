using System.Text;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Http2;

namespace IdempotencyGateway.Tests.Intake.Framing;

/// <summary>
/// The bytes of one fuzzed HTTP/2 connection: valid requests mixed with frames, header blocks and requests that a client must not send. The same seed gives the same bytes.
/// </summary>
internal sealed class FrameScript
{
    /// <summary>The caller of all requests, unless a spoiled byte changes it.</summary>
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

    /// <summary>All bytes, beginning with the connection preface. The last frame is a PING, whose acknowledgement shows that the server has read everything.</summary>
    public byte[] Bytes { get; private set; } = [];

    /// <summary>The keys of requests that a server must not accept, and the defect of each.</summary>
    public Dictionary<string, string> Never { get; } = new(StringComparer.Ordinal);

    /// <summary>Streams with a complete request. The server must answer or reset each of them, unless it ends the connection.</summary>
    public HashSet<int> Owed { get; } = [];

    /// <summary>How many requests must be answered with 200; null if anything on the connection is invalid.</summary>
    public int? Answers { get; private set; } = 0;

    /// <summary>Whether one byte was replaced at random.</summary>
    public bool IsSpoiled { get; private set; }

    /// <summary>Whether the spoiled byte may have moved the frame boundaries, so that the server may rightly wait for the rest of a frame.</summary>
    public bool IsTorn { get; private set; }

    public static FrameScript From(int seed)
    {
        var script = new FrameScript(seed);
        script._bytes.AddRange("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        // Without a dynamic table, answers can be decoded with the static one alone.
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
                // A rapid-reset attack.
                for (var i = _random.Next(1, 60); i > 0; i--)
                {
                    Request($"{key}-reset-{i}");
                    Write(Http2Frame.ResetStream(_stream, Http2Error.Cancel));
                    Owed.Remove(_stream);
                }
                break;
            case 7:
                // An initial window of zero, so that the answer's body cannot be sent.
                Write(Http2Frame.Settings(((short)0x4, 0)));
                Request(key);
                break;
            default:
                // The same request three times at once, the last one with trailers.
                Request(key);
                Request(key);
                Request(key, trailers: [new("x-checksum", "1")]);
                break;
        }
    }

    /// <param name="pseudoLast">Whether the pseudo-headers come last, where they are forbidden.</param>
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
        // The byte may change a key or, through a frame's length, all later frames, so it is no longer known which requests are invalid.
        Never.Clear();
        // Spare the first frame (SETTINGS), without which the answers could not be decoded.
        var (first, second) = (_frames[0].At, _frames[1].At);
        var at = _random.Next(Bytes.Length - (second - first));
        at = at < first ? at : at + second - first;
        Bytes[at] = (byte)_random.Next(256);

        var (start, frame) = _frames.LastOrDefault(frame => frame.At <= at);
        // A byte in a frame's flags or payload affects only that frame's stream; all other streams are still owed an answer.
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
