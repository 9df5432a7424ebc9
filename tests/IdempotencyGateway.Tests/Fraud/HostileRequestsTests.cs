using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Tests.Fraud;
using IdempotencyGateway.Core.Tests.Fraud.Databases;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Fraud;

/// <summary>A signal that cannot parse its input finds nothing and does not disturb the other signals. A caller on a blocking list cannot send anything that gets it unblocked.</summary>
public sealed class HostileRequestsTests : FraudTest
{
    private const int Requests = 3000;

    private static readonly string[] Tokens =
        ["""{"sub":"u-1","tenant":"t"}""", """{"sub":"\ud800","tenant":"t"}""", """{"tenant":"\udfff"}""", """{"sub":{"a":["\ud800"]},"tenant":"t","exp":1e400}"""];

    private static readonly (string Type, string Text)[] Bodies =
    [
        ("application/json", """{"vendor_data":"u-1","country":"NLD","x":["\ud800"]}"""),
        ("application/json", """{"vendor_data":"\ud800","country":"\udfff"}"""),
        ("application/x-www-form-urlencoded", "user=a%ed%a0%80&country=%ff"),
        ("text/plain", "\0\xFF"),
    ];

    private static readonly string[] Names = ["User-Agent", "Accept-Language", "Sec-CH-UA", "Sec-CH-UA-Mobile", "Sec-CH-UA-Platform", "CF-Bot-Score", "X-User", "Accept", "Forwarded"];

    private static readonly string[] Values =
        ["Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0 bot", "nl-NL;q=1, zh-Hant-TW, *", "\"Chromium\";v=\"141\", \"Not?A_Brand\";v=\"8\"", "?1", "\"Windows\"", "0.5", "1e309", "for=\"[2001:db8::1]:_p\";by=x"];

    [Fact]
    public async Task Nobody_writes_himself_off_a_list()
    {
        var gateway = await StartAsync(Everything());
        var random = new Random(20261127);
        var blocked = 0;

        for (var number = 0; number < Requests; number++)
        {
            var request = Request(random, number);
            var answer = await RawClient.Exchange(gateway.Address, Encoding.Latin1.GetString(request));
            Assert.True(answer is null or { Status: 400 or 401 or 403 or 408 or 413 or 431 or 501 }, $"request {number}: {answer?.Status} for {Encoding.Latin1.GetString(request)}");
            blocked += answer is { Status: 403 } ? 1 : 0;
        }

        Assert.InRange(blocked, Requests / 2, Requests);
        Assert.Equal(0, Arrived.Count);
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains($"[{EventIds.RiskSourceFailed}]", StringComparison.Ordinal));
    }

    private FraudProfile Everything()
    {
        File.WriteAllBytes(Folder.File("city.mmdb"), new MmdbWriter("Test-City").Add("203.0.113.0/24", Records.City("JP", 35.68, 139.7, 20, "Asia/Tokyo")).Write());
        return Profile(List(FraudListUse.Block)) with
        {
            Databases = new() { City = Folder.File("city.mmdb") },
            Subject = [.. ((string[])["claim:sub", "claim:tenant", "json:/vendor_data", "form:user", "header:x-user"]).Select(text => RiskSubject.TryParse(text, out var source) ? source : throw new InvalidOperationException(text))],
            Country = ValueSource.TryParse("json:/country", out var country) ? country : null,
            Edges = [new("cf-bot-score", EdgeScale.CloudflareBotScore)],
            Velocity = [new(VelocityBy.Subject, [VelocityWindow.Minute], 20, 60)],
        };
    }

    private static byte[] Request(Random random, int number)
    {
        var token = Encoding.Latin1.GetString(random.Next(2) == 0 ? Encoding.Latin1.GetBytes(Pick(random, Tokens)) : Damage.Done(Encoding.Latin1.GetBytes(Pick(random, Tokens)), random));
        var (type, text) = Pick(random, Bodies);
        var body = Encoding.Latin1.GetString(random.Next(2) == 0 ? Encoding.Latin1.GetBytes(text) : Damage.Done(Encoding.Latin1.GetBytes(text), random));
        var lines = new StringBuilder();
        for (var left = random.Next(5); left > 0; left--)
            lines.Append($"{Pick(random, Names)}: {OnOneLine(Damage.Done(Encoding.Latin1.GetBytes(Pick(random, Values)), random))}\r\n");
        return Encoding.Latin1.GetBytes(
            $"POST /guarded/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\nIdempotency-Key: k-{number}\r\nX-Forwarded-For: {Listed}\r\nx-api-key: caller-1\r\n"
            + $"Authorization: Bearer {Part("""{"alg":"RS256"}""")}.{Part(token)}.c2ln\r\n{lines}Content-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    private static string Part(string json) => Convert.ToBase64String(Encoding.Latin1.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string OnOneLine(byte[] value) => Encoding.Latin1.GetString([.. value.Where(part => part is >= (byte)' ' and not 0x7F)]);

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];
}
