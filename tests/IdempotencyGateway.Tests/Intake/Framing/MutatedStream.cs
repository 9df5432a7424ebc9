using System.Text;

namespace IdempotencyGateway.Tests.Intake.Framing;

/// <summary>
/// A request-smuggling test stream: one to three requests, some with another request in their body, mutated up to three times, followed by a valid
/// request that closes the connection. The same seed gives the same bytes.
/// </summary>
/// <param name="Bytes">Latin-1.</param>
/// <param name="Spoiled">The number of structural mutations.</param>
public sealed record MutatedStream(string Bytes, int Spoiled)
{
    private static readonly string[] Methods = ["POST", "PATCH"];

    /// <param name="tag">The prefix of every key, so that the same stream can be sent twice without replays.</param>
    public static MutatedStream From(int seed, string tag)
    {
        var random = new Random(seed);
        var requests = new List<DraftRequest>();
        for (var i = random.Next(1, 4); i > 0; i--)
            requests.Add(Draft(random, $"{tag}-{requests.Count}"));
        // One stream in eight stays valid, to check that valid streams are accepted.
        var spoiled = random.Next(8) == 0 ? 0 : random.Next(1, 4);
        for (var i = 0; i < spoiled; i++)
            Mutation.Structural(random)(requests[random.Next(requests.Count)], random);
        var bytes = string.Concat(requests.Select(request => request.ToString()));
        var last = new DraftRequest { Key = $"{tag}-9" };
        last.Lines.Add("Connection: close");
        last.SetBody("{}", chunked: false);
        bytes += last;
        if (spoiled > 0 && random.Next(3) == 0)
            bytes = Mutation.Bytewise(bytes, random);
        return new(bytes, spoiled);
    }

    private static DraftRequest Draft(Random random, string key)
    {
        var request = new DraftRequest { Key = key, Method = Methods[random.Next(Methods.Length)] };
        var inner = new DraftRequest { Key = key + "-smuggled" };
        inner.SetBody("", chunked: false);
        var body = random.Next(4) switch
        {
            0 => "",
            1 => "{\"a\":1}",
            2 => inner.ToString(),
            _ => "0\r\n\r\n" + inner,
        };
        if (body.Length > 0 || random.Next(2) == 0)
            request.SetBody(body, chunked: random.Next(2) == 0, pieces: random.Next(1, 4));
        return request;
    }
}

/// <summary>A request in parts that can be mutated one by one before it becomes bytes.</summary>
internal sealed class DraftRequest
{
    public string Method { get; set; } = "POST";

    public string Target { get; set; } = "/guarded/x";

    public string Version { get; set; } = "HTTP/1.1";

    public required string Key { get; init; }

    /// <summary>The header lines, without line ends.</summary>
    public List<string> Lines { get; } = ["Host: g", "x-api-key: c"];

    public string LineEnd { get; set; } = "\r\n";

    /// <summary>The body as sent, including chunk framing.</summary>
    public string Body { get; set; } = "";

    public void SetBody(string content, bool chunked, int pieces = 1)
    {
        if (!chunked)
        {
            Lines.Add($"Content-Length: {content.Length}");
            Body = content;
            return;
        }
        Lines.Add("Transfer-Encoding: chunked");
        var chunks = new StringBuilder();
        foreach (var piece in content.Chunk(Math.Max(1, (content.Length + pieces - 1) / pieces)))
            chunks.Append($"{piece.Length:x}\r\n").Append(piece).Append("\r\n");
        Body = chunks.Append("0\r\n\r\n").ToString();
    }

    public override string ToString() =>
        $"{Method} {Target} {Version}{LineEnd}" + string.Concat(Lines.Append($"Idempotency-Key: {Key}").Select(line => line + LineEnd)) + LineEnd + Body;
}
