using System.Text;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Forwarding;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Http2;

namespace IdempotencyGateway.Tests.Replay;

/// <summary>Random answers: the first caller gets the provider's answer unchanged, and every retry gets what the first caller got.</summary>
public sealed class AnyAnswerTests : ExchangeTest
{
    private static readonly int[] Statuses = [200, 201, 202, 203, 204, 205, 206, 207, 226, 299, 300, 301, 303, 304, 307, 400, 402, 404, 409, 410, 418, 422, 451, 499, 500, 502, 503, 599, 600, 999];

    private static readonly string[] Names =
    [
        "X-A", "x-b", "X_C", "!#$%&'*+-.^_`|~9", "Location", "Content-Location", "ETag", "Last-Modified", "Expires", "Cache-Control", "Vary", "Link", "Warning", "Retry-After", "Allow",
        "Accept-Ranges", "Content-Type", "Content-Encoding", "Content-Language", "Content-Disposition", "Content-Range", "Content-MD5", "Date", "Server", "Via", "Pragma", "Set-Cookie",
        "WWW-Authenticate", "Strict-Transport-Security", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "P3P", "Refresh", "traceparent", "grpc-status", "Priority", "Age",
    ];

    /// <summary>Headers that the gateway adds, or that belong to a single exchange, and are not compared.</summary>
    private static readonly string[] Own = ["Content-Length", "Date", "Age", GuardedHeaders.Status, GuardedHeaders.Key, GuardedHeaders.Replayed];

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1_000_000)]
    [InlineData(2, 0)]
    public async Task What_the_provider_said_is_what_everybody_gets(int version, long copies)
    {
        var seed = LongForm.Seed();
        var random = new Random(seed);
        var said = Enumerable.Range(0, LongForm.Or(200, 5_000)).Select(_ => Said.Any(random)).ToArray();
        await using var provider = version == 1
            ? EitherProvider.Start([.. said.Select(each => Step.AfterBody.Send(each.Bytes(random)))])
            : EitherProvider.Start([.. said.Select(each => each.OverHttp2())]);
        var gateway = await StartBeforeAsync(provider.Address, setup =>
        {
            provider.Suit(setup);
            setup.Policy = setup.Policy with { Record = new() { DropTypes = [] } };
            setup.Adjust = snapshot => snapshot with { Cache = new() { MaxBytes = copies } };
        });
        using var client = await RawClient.Connect(gateway.Address);

        foreach (var (i, expected) in said.Index())
        {
            var first = await AskAsync(client, $"k-{i}");
            var retry = await AskAsync(client, $"k-{i}");

            var about = $"seed {seed}, answer {i}: {expected}";
            Assert.True(
                (first.Status, first.Headers[GuardedHeaders.Status], retry.Status, retry.Headers[GuardedHeaders.Status]) == (expected.Status, "executed", expected.Status, "replayed"),
                $"{about}\n{first.Head.StartLine}\n{retry.Head.StartLine}");
            Assert.True(expected.Body == BodyOf(first) && expected.Body == BodyOf(retry), $"{about}\n{first.Body.Content.Length} bytes and {retry.Body.Content.Length}");
            AssertSame(expected.Headers, first.Headers, about);
            AssertSame(expected.Headers.Where(header => RecordableHeaders.Default.Keeps(header.Name)), retry.Headers, about);
        }
        Assert.Equal(said.Length, provider.Deliveries);
    }

    private static async Task<RawAnswer> AskAsync(RawClient client, string key)
    {
        await client.Send(RawClient.Request("POST", "/guarded/x", "{}", new("x-api-key", "caller-1"), new("Idempotency-Key", key)));
        return await client.ReadAnswer() ?? throw new InvalidOperationException($"no answer for {key}");
    }

    private static string BodyOf(RawAnswer answer) => Encoding.Latin1.GetString(answer.Body.Content);

    /// <summary>Asserts that each name has the same values in the same order; the order of names may differ.</summary>
    private static void AssertSame(IEnumerable<Field> expected, Fields actual, string about)
    {
        var one = ByName(expected);
        var other = ByName(actual);
        Assert.True(one.SequenceEqual(other), $"{about}\nexpected {string.Join(" | ", one.Except(other))}\nactual {string.Join(" | ", other.Except(one))}");
    }

    private static string[] ByName(IEnumerable<Field> fields) =>
    [
        .. from field in fields
           where !Own.Contains(field.Name, StringComparer.OrdinalIgnoreCase)
           group field.Value by field.Name.ToUpperInvariant() into each
           orderby each.Key
           select $"{each.Key}: {string.Join(" / ", each)}",
    ];

    private sealed record Said(int Status, Field[] Headers, string Body)
    {
        private bool HasBody => Status is not (204 or 205 or 304);

        public static Said Any(Random random)
        {
            var status = Statuses[random.Next(Statuses.Length)];
            var headers = Enumerable.Range(0, random.Next(12)).Select(_ => new Field(Names[random.Next(Names.Length)], Text(random, random.Next(24), isValue: true))).ToArray();
            return new Said(status, headers, "") is { HasBody: true } said ? said with { Body = Text(random, random.Next(4) == 0 ? 0 : random.Next(9_000), isValue: false) } : new(status, headers, "");
        }

        public override string ToString() => $"{Status}, {Headers.Length} headers, {Body.Length} bytes";

        /// <summary>The answer's bytes in a random framing.</summary>
        public string Bytes(Random random)
        {
            var head = new StringBuilder($"HTTP/1.1 {Status} any\r\n");
            foreach (var (name, value) in Headers)
                head.Append(name).Append(": ").Append(value).Append("\r\n");
            if (!HasBody)
                return head + (Status == 205 ? "Content-Length: 0\r\n\r\n" : "\r\n");
            if (random.Next(2) == 0)
                return $"{head}Content-Length: {Body.Length}\r\n\r\n{Body}";
            var cut = random.Next(Body.Length);
            var chunks = new[] { Body[..cut], Body[cut..] }.Where(chunk => chunk.Length > 0).Select(chunk => $"{chunk.Length:x}\r\n{chunk}\r\n");
            return $"{head}Transfer-Encoding: chunked\r\n\r\n{string.Concat(chunks)}0\r\n\r\n";
        }

        public Http2Step OverHttp2() =>
            Http2Step.AfterBody.Answer(Status, Body, [.. Headers.Select(header => header with { Name = header.Name.ToLowerInvariant() })]);

        /// <summary>Random bytes: any for a body; for a header value those that RFC 9110 §5.5 allows, without surrounding white space.</summary>
        private static string Text(Random random, int length, bool isValue)
        {
            var text = new string([.. Enumerable.Range(0, length).Select(_ => (char)random.Next(256))]);
            return isValue ? string.Concat(text.Where(each => each is '\t' or >= ' ' and not '\x7F')).Trim(' ', '\t') : text;
        }
    }
}
