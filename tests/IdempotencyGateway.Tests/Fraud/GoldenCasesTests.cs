using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Tests.Fraud.Databases;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Fraud;

/// <summary>Every reason of the risk model, triggered by a request on a real connection: the signal that the backend reads, the reason, and the score.</summary>
public sealed class GoldenCasesTests : FraudTest
{
    private const string Chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
    private static readonly Func<int, HttpRequestMessage> Plain = at => From(Quiet, $"k-{at}", Body("anna", at));

    private static readonly Dictionary<string, Case> Cases = new(StringComparer.Ordinal)
    {
        ["TOR_EXIT"] = Marked("is_tor_exit_node", "ip.tor", 35),
        ["ANONYMOUS_VPN"] = Marked("is_anonymous_vpn", "ip.vpn", 15),
        ["PUBLIC_PROXY"] = Marked("is_public_proxy", "ip.proxy=public", 25),
        ["RESIDENTIAL_PROXY"] = Marked("is_residential_proxy", "ip.proxy=residential", 30),
        ["HOSTING"] = Marked("is_hosting_provider", "ip.hosting", 20),
        ["IP_RISK"] = new("ip.risk=64.5", "g=ip;w=32", 32, test => Knowing(test, "GeoIP2-IP-Risk", ("ip_risk", 64.5)), Plain),
        ["IP_LISTED"] = new("ip.list=\"listed\"", "g=ip;w=40;list=\"listed\"", 40, test => Profile(test.List()), _ => From(Listed, "k")),
        ["ALLOW_LISTED"] = new("dev.id=", "g=ip;w=0;list=\"listed\"", 0, test => Profile(test.List(FraudListUse.Allow)), _ => From(Listed, "k")),
        ["XFF_SPOOFED"] = new("ip.xff_spoofed", "g=ip;w=10", 10, _ => Profile(), _ => From($"198.51.100.66, {Quiet}", "k")),

        ["UA_MISSING"] = new("dev.ua_missing", "g=device;w=20", 20, _ => Profile(), _ => With("User-Agent", "")),
        ["UA_BOT"] = new("dev.ua_bot", "g=device;w=25", 25, _ => Profile(), _ => With("User-Agent", "curl/8.5.0")),
        ["CLIENT_HINT_MISMATCH"] = new("dev.ch_mismatch", "g=device;w=20", 20, _ => Profile(), _ => With("User-Agent", Chrome, "Sec-CH-UA-Platform", "\"macOS\"")),
        ["NEW_DEVICE"] = new("dev.new", "g=device;w=8", 8, _ => Counting(VelocityBy.Ip, soft: 10), Plain),

        ["LANGUAGE_MISMATCH"] = new("geo.lang_mismatch", "g=geo;w=5", 5, Located, _ => With("Accept-Language", "ja")),
        ["DECLARED_COUNTRY_MISMATCH"] = new("geo.declared_mismatch", "g=geo;w=12", 12, Located, _ => From(Quiet, "k", """{"country":"DE"}""")),
        ["IMPOSSIBLE_TRAVEL"] = new("geo.speed=", "g=geo;w=30", 30, Located, at => From(at == 0 ? Quiet : Listed, $"k-{at}", Body("anna", at))) { Requests = 2 },

        ["IP_VELOCITY"] = Counted(VelocityBy.Ip, "vel.ip.60=2"),
        ["CREDENTIAL_VELOCITY"] = Counted(VelocityBy.Credential, "vel.cred.60=2"),
        ["SUBJECT_VELOCITY"] = Counted(VelocityBy.Subject, "vel.subject.60=2"),
        ["DEVICE_VELOCITY"] = Counted(VelocityBy.Device, "vel.dev.60=2"),
        ["IP_VARIETY"] = Varied(VelocityBy.Ip, VelocityOf.Subject, "vel.ip.subject.60=2", at => From(Quiet, $"k-{at}", Body($"user-{at}", at))),
        ["CREDENTIAL_VARIETY"] = Varied(VelocityBy.Credential, VelocityOf.Ip, "vel.cred.ip.60=2", FromTwoPlaces),
        ["SUBJECT_VARIETY"] = Varied(VelocityBy.Subject, VelocityOf.Ip, "vel.subject.ip.60=2", FromTwoPlaces),
        ["DEVICE_VARIETY"] = Varied(VelocityBy.Device, VelocityOf.Ip, "vel.dev.ip.60=2", FromTwoPlaces),

        ["DUPLICATE_PAYLOAD"] = new("beh.body_repeat=1", "g=behaviour;w=4;n=1", 4, _ => Counting(VelocityBy.Ip, soft: 10), at => From(Quiet, $"k-{at}")) { Requests = 2 },
        ["IDEMPOTENCY_KEY_REUSE"] = new(
            "beh.key_mismatch", "g=behaviour;w=15;n=1;win=3600", 15, _ => Counting(VelocityBy.Ip, soft: 10), at => From(Quiet, at < 2 ? "k" : "k-2", Body("anna", at)))
        {
            Requests = 3,
        },
        ["HIGH_REJECT_RATIO"] = new("beh.reject_ratio=1.0", "g=behaviour;w=15", 15, _ => Counting(VelocityBy.Ip, soft: 100), Plain)
        {
            Requests = 11,
            Status = StatusCodes.Status400BadRequest,
        },

        ["EDGE_SCORE"] = new("edge.score=30", "g=edge;w=30", 30, _ => Profile() with { Edges = [new("x-edge-score", EdgeScale.Percent)] }, _ => With("X-Edge-Score", "30")),
    };

    public static TheoryData<string> Codes => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task What_was_seen_is_told_with_its_reason_and_its_score(string code)
    {
        var known = Cases[code];
        Answer = context =>
        {
            context.Response.StatusCode = known.Status;
            return Task.CompletedTask;
        };
        var gateway = await StartAsync(known.Profile(this));

        for (var at = 0; at < known.Requests; at++)
            await gateway.AskAsync(known.Request(at));

        var last = Arrived.All[^1];
        Assert.Contains(last["Risk-Signals"]!.Split(", "), signal => known.Signal.EndsWith('=') ? signal.StartsWith(known.Signal, StringComparison.Ordinal) : signal == known.Signal);
        Assert.Equal($"{code};{known.Reason}", last["Risk-Reasons"]);
        Assert.Equal(known.Score, last.Score);
    }

    /// <summary>Two reasons do not fit the table: <c>VerdictTests</c> covers blocking lists, <c>DegradedTests</c> the scores of external services.</summary>
    [Fact]
    public void Every_reason_has_its_case() =>
        Assert.Equal(ReasonKinds.All.Select(kind => kind.Code).Except(["DENY_LISTED", "EXTERNAL_SCORE"]).Order(StringComparer.Ordinal), Cases.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public async Task A_file_of_the_Tor_project_tells_the_country_and_no_reason()
    {
        await File.WriteAllTextAsync(Folder.File("geoip"), "3221225984,3221226239,NL\n");
        var gateway = await StartAsync(Profile() with { Databases = new() { TorGeoip = [Folder.File("geoip")] } });

        await gateway.AskAsync(From(Quiet, "k"));

        var seen = Assert.Single(Arrived.All);
        Assert.Contains("ip.country=\"NL\"", seen["Risk-Signals"], StringComparison.Ordinal);
        Assert.Equal((0, null), (seen.Score, seen["Risk-Reasons"]));
    }

    private static Case Marked(string mark, string signal, int weight) =>
        new(signal, $"g=ip;w={weight}", weight, test => Knowing(test, "GeoIP2-Anonymous-IP", (mark, true)), Plain);

    private static Case Counted(VelocityBy by, string signal) => new(signal, "g=behaviour;w=10;n=2;win=60", 10, _ => Counting(by, soft: 1), Plain) { Requests = 2 };

    private static Case Varied(VelocityBy by, VelocityOf of, string signal, Func<int, HttpRequestMessage> request) =>
        new(signal, $"g=behaviour;w=10;of={(of == VelocityOf.Ip ? "ip" : "subject")};n=2;win=60", 10, _ => Counting(by, soft: 1, of), request) { Requests = 2 };

    private static HttpRequestMessage FromTwoPlaces(int at) => From(at == 0 ? Quiet : Listed, $"k-{at}", Body("anna", at));

    private static FraudProfile Counting(VelocityBy by, int soft, VelocityOf of = VelocityOf.Requests) => Profile() with
    {
        Velocity = [new(by, [VelocityWindow.Minute], soft, soft + 2) { Distinct = of }],
        Subject = [Subject()],
    };

    private static FraudProfile Located(GoldenCasesTests test)
    {
        var places = new MmdbWriter("Test-City")
            .Add("192.0.2.0/24", Records.City("NL", 52.37, 4.9, 20, "Europe/Amsterdam"))
            .Add("203.0.113.0/24", Records.City("JP", 35.68, 139.7, 20, "Asia/Tokyo"));
        return Profile() with
        {
            Databases = new() { City = test.Put("city.mmdb", places) },
            Subject = [Subject()],
            Country = ValueSource.TryParse("json:/country", out var country) ? country : null,
        };
    }

    private static FraudProfile Knowing(GoldenCasesTests test, string type, (string, object) fact) => Profile() with
    {
        Databases = new() { Anonymous = test.Put("known.mmdb", new MmdbWriter(type).Add($"{Quiet}/32", new[] { fact })) },
    };

    private static RiskSubject Subject() => Assert.IsType<RiskSubject>(RiskSubject.TryParse("json:/vendor_data", out var subject) ? subject : null);

    /// <param name="headers">Alternating names and values, which replace those that <see cref="FraudTest.From"/> sends.</param>
    private static HttpRequestMessage With(params string[] headers)
    {
        var request = From(Quiet, "k");
        foreach (var header in headers.Chunk(2))
        {
            request.Headers.Remove(header[0]);
            request.Headers.TryAddWithoutValidation(header[0], header[1]);
        }
        return request;
    }

    private static string Body(string person, int at) => $$"""{"vendor_data":"{{person}}","attempt":{{at}}}""";

    private string Put(string name, MmdbWriter database)
    {
        File.WriteAllBytes(Folder.File(name), database.Write());
        return Folder.File(name);
    }

    /// <param name="Signal">A member of Risk-Signals, or a member's beginning through the equals sign.</param>
    /// <param name="Reason">The parameters after the reason's code. The verdict has no other reason.</param>
    /// <param name="Request">Makes the n-th request. The last request's verdict is checked.</param>
    private sealed record Case(string Signal, string Reason, int Score, Func<GoldenCasesTests, FraudProfile> Profile, Func<int, HttpRequestMessage> Request)
    {
        public int Requests { get; init; } = 1;

        public int Status { get; init; } = StatusCodes.Status201Created;
    }
}
