namespace IdempotencyGateway.Tests.Intake.Framing;

/// <summary>Mutations of a request. Each is known to make some HTTP parsers disagree.</summary>
internal static class Mutation
{
    private static readonly string[] Lengths =
    [
        "+2", "-2", "0x2", "2, 2", "2,3", "2 ", " 2", "\t2", "02", "0000000000000000000000002", "2.0", "2e0", "\"2\"", "", " ", "2;", "2\u000b", "\u00b2", "2_",
        "1", "3", "0", "999", "2147483648", "4294967298", "9223372036854775807", "9223372036854775808", "18446744073709551618", "99999999999999999999999999999999",
    ];

    private static readonly string[] Codings =
    [
        "chunked", "Chunked", "CHUNKED", " chunked", "chunked ", "\tchunked", "\u000bchunked", "chunked\u000b", "xchunked", "chunkedx", "gzip, chunked", "chunked, gzip", "chunked, chunked", "identity",
        "chunked, identity", "identity, chunked", "chunked;q=1", "\"chunked\"", "chunked,", ",chunked", "", "cow", "trailers", "chun\u00f1ed", "chunked\0",
    ];

    private static readonly string[] ChunkSizes =
    [
        "0x2", "+2", "-2", " 2", "2 ", "2\t", "002", "00000000000000000000000000002", "2;", "2;a", "2;a=b", "2;a=\"b\"", "2 ;a", "2;a\r", "2;\n", "2;a\nb", "2;a=\"\r\n\"", "2\r", "2\n", "", "g", "2g", "2,2",
        "ffffffff", "100000002", "7fffffffffffffff", "8000000000000000", "ffffffffffffffff", "10000000000000002", "fffffffffffffffffffffff2", "-0", "0", "00", "0;a=b", "\0" + "2", "2\0",
    ];

    private static readonly string[] Names =
    [
        "Content-Length ", " Content-Length", "Content-Length\t", "Content_Length", "Content-Length\0", "\0Content-Length", "Content\rLength", "Content\nLength", "Content-Length\u00a0", "\u00ffContent-Length",
        "Transfer-Encoding ", "Transfer-Encoding\t", "Transfer_Encoding", "Transfer\u000bEncoding", "Transfer-Encoding\u0085", "X-Content-Length", "", " ", "(", "Content-Length:", "\u007f", "@", "{\"a\"",
    ];

    private static readonly string[] LineEnds = ["\n", "\r", "\r\r\n", "\n\r", "\r\n ", "\0\r\n", "\u000b", "\r\n\r\n", " \r\n", "\u0085", "\n\n"];

    private static readonly string[] Versions = ["HTTP/1.0", "HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "HTTP/1.10", "HTTP/1,1", "http/1.1", "HTTP/1.1 ", "HTTP/1", "HTTP/11", "", "ICY", "HTTP /1.1", "HTTP/1.1\0", "HTTP/+1.1"];

    private static readonly string[] Targets =
    [
        "http://g/guarded/x", "https://g/guarded/x", "http://other/guarded/x", "http://g:80/guarded/x", "//g/guarded/x", "guarded/x", "*", "/guarded/%00", "/guarded/%2", "/guarded/\0", "/guarded/x y", "/guarded/x\ty",
        "/guarded/../guarded/x", "/guarded/%2e%2e/x", "/guarded/x#f", "/guarded/x?a=%0d%0a", "/guarded/\u00e9", "\\guarded\\x", "", " ", "g:443", "http://", "http://[::1/guarded/x", "/guarded/x HTTP/1.1",
    ];

    private static readonly string[] MethodNames = ["post", "POST\t", " POST", "P OST", "PO\0ST", "(", "", "PRI", "CONNECT", "TRACE", "OPTIONS", "POST\r\n", "\u00c0POST", "GET", "DELETE", "PUT", "X"];

    private static readonly string[] OtherLines =
    [
        " folded: line", "\tfolded", "no colon", ": no name", "Host: other", "Host:", "Connection: close", "Connection: keep-alive", "Connection: Transfer-Encoding", "Connection: Content-Length", "Connection: Upgrade\r\nUpgrade: h2c",
        "Upgrade: websocket", "Expect: 100-continue", "Expect: 200-ok", "TE: trailers", "Trailer: Content-Length", "X-Content-Length: 2", "X: \0", "X: \u0001", "X: \u007f", "X: \u00ff", "X: a\rb", "X: a\nb", "X: a\r\n b",
        "X: a\nTransfer-Encoding: chunked", "X: a\rTransfer-Encoding: chunked", "X: a\nContent-Length: 0", "Content-Encoding: chunked", "Idempotency-Key: twice", "HTTP2-Settings: AAMAAABkAAQAAP__", "Proxy-Connection: close",
    ];

    private static readonly string[] OddBytes = ["\0", "\r", "\n", "\r\n", " ", "\t", ":", ";", ",", "\"", "\u000b", "\u000c", "\u007f", "\u0080", "\u0085", "\u00a0", "\u00ff", "0", "1", "f", "+", "-", "\r\n\r\n", "0\r\n\r\n"];

    private static readonly Action<DraftRequest, Random>[] All =
    [
        (request, random) => request.Lines.Add("Content-Length: " + One(Lengths, random)),
        (request, random) => Replace(request, "Content-Length", "Content-Length: " + One(Lengths, random)),
        (request, random) => Replace(request, "Content-Length", "Content-Length:" + One(Lengths, random)),
        (request, random) => request.Lines.Insert(random.Next(request.Lines.Count), "Transfer-Encoding: " + One(Codings, random)),
        (request, random) => Replace(request, "Transfer-Encoding", "Transfer-Encoding: " + One(Codings, random)),
        (request, random) => request.Lines.Add(One(Names, random) + ": " + random.Next(4)),
        (request, random) => request.Lines.Add(One(Names, random) + ": chunked"),
        (request, random) => request.Lines.Insert(random.Next(request.Lines.Count + 1), One(OtherLines, random)),
        (request, random) => request.LineEnd = One(LineEnds, random),
        (request, random) => request.Lines[random.Next(request.Lines.Count)] += One(LineEnds, random) + One(OtherLines, random),
        (request, random) => request.Version = One(Versions, random),
        (request, random) => request.Target = One(Targets, random),
        (request, random) => request.Method = One(MethodNames, random),
        RemoveALine,
        (request, random) => request.Lines.Add(request.Lines[random.Next(request.Lines.Count)]),
        (request, random) => request.Lines.AddRange(Enumerable.Repeat("X: y", random.Next(60, 150))),
        (request, random) => request.Lines.Add("X: " + new string('y', random.Next(1_000, 9_000))),
        Rechunk,
        (request, random) => request.Body = request.Body.Replace("\r\n", One(LineEnds, random), StringComparison.Ordinal),
        (request, random) => request.Body = request.Body.Insert(random.Next(request.Body.Length + 1), One(OddBytes, random)),
        (request, random) => request.Body = request.Body[random.Next(request.Body.Length + 1)..],
        (request, random) => request.Body += One(OddBytes, random),
        (request, random) => request.Body = request.Body.Replace("0\r\n\r\n", "0\r\n" + One(OtherLines, random) + "\r\n\r\n", StringComparison.Ordinal),
    ];

    public static Action<DraftRequest, Random> Structural(Random random) => All[random.Next(All.Length)];

    /// <summary>Changes one random place of the stream, or truncates it there.</summary>
    public static string Bytewise(string bytes, Random random)
    {
        var at = random.Next(bytes.Length);
        return random.Next(5) switch
        {
            0 => bytes[..at],
            1 => bytes.Remove(at, 1),
            2 => bytes.Insert(at, One(OddBytes, random)),
            3 => bytes.Remove(at, 1).Insert(at, One(OddBytes, random)),
            _ => bytes.Insert(at, bytes.Substring(at, Math.Min(random.Next(1, 12), bytes.Length - at))),
        };
    }

    /// <summary>Prepends a chunk of two bytes with an unusual spelling of its size.</summary>
    private static void Rechunk(DraftRequest request, Random random) => request.Body = $"{One(ChunkSizes, random)}\r\n{{}}\r\n" + request.Body;

    /// <summary>Removes a line but keeps at least one, because other mutations need a line to pick.</summary>
    private static void RemoveALine(DraftRequest request, Random random)
    {
        if (request.Lines.Count > 1)
            request.Lines.RemoveAt(random.Next(request.Lines.Count));
    }

    private static void Replace(DraftRequest request, string name, string by)
    {
        if (request.Lines.FindIndex(line => line.StartsWith(name + ":", StringComparison.Ordinal)) is var at and >= 0)
            request.Lines[at] = by;
        else
            request.Lines.Add(by);
    }

    private static string One(string[] choices, Random random) => choices[random.Next(choices.Length)];
}
