using System.Security.Authentication;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Tests.Fraud.Databases;
using IdempotencyGateway.Fraud;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Tls;

namespace IdempotencyGateway.Tests.Fraud;

/// <summary>Signals from databases, from edge proxies' headers and from the client's own headers, over real connections.</summary>
public sealed class SourcesTests : FraudTest
{
    private const string Stranger = "198.51.100.9";
    private static readonly TestAuthority Authority = new();

    [Fact]
    public async Task Databases_tell_country_network_and_anonymisers()
    {
        var databases = new FraudDatabases
        {
            City = Put("city.mmdb", Places()),
            Asn = Put("asn.mmdb", new MmdbWriter("Test-ASN").Add("192.0.2.0/24", Records.Asn(60_729))),
            Anonymous = Put("anonymous.mmdb", new MmdbWriter("Test-Anonymous-IP").Add("203.0.113.7/32", Marks("is_tor_exit_node", "is_hosting_provider"))),
        };
        var gateway = await StartAsync(Profile() with { Databases = databases });

        foreach (var address in (string[])[Quiet, Listed, Stranger])
            await gateway.AskAsync(From(address, address));

        Assert.Contains("ip.asn=60729, ip.country=\"NL\"", Sorted(0), StringComparison.Ordinal);
        Assert.Equal((0, null), (Arrived.All[0].Score, Arrived.All[0]["Risk-Reasons"]));
        Assert.Contains("ip.country=\"JP\", ip.hosting, ip.tor", Sorted(1), StringComparison.Ordinal);
        Assert.Equal("TOR_EXIT;g=ip;w=35, HOSTING;g=ip;w=20", Arrived.All[1]["Risk-Reasons"]);
        Assert.DoesNotContain("ip.", Sorted(2), StringComparison.Ordinal);
        Assert.All(Arrived.All, seen => Assert.EndsWith("degraded=?0", seen["Risk-Score"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_is_in_two_places_at_once()
    {
        Assert.True(RiskSubject.TryParse("json:/vendor_data", out var subject));
        var gateway = await StartAsync(Profile() with { Databases = new() { City = Put("city.mmdb", Places()) }, Subject = [subject] });

        await gateway.AskAsync(From(Quiet, "k-1", """{"vendor_data":"anna"}"""));
        await gateway.AskAsync(From(Listed, "k-2", """{"vendor_data":"ben"}"""));
        await gateway.AskAsync(From(Listed, "k-3", """{"vendor_data":"anna"}"""));

        Assert.All(Arrived.All.Take(2), seen => Assert.DoesNotContain("geo.speed", seen["Risk-Signals"], StringComparison.Ordinal));
        Assert.Contains("geo.speed=", Arrived.All[2]["Risk-Signals"], StringComparison.Ordinal);
        Assert.Equal("IMPOSSIBLE_TRAVEL;g=geo;w=30", Arrived.All[2]["Risk-Reasons"]);
    }

    [Theory]
    [InlineData("ja, en;q=0.5", "LANGUAGE_MISMATCH;g=geo;w=5")]
    [InlineData("nl, ja;q=0.5", null)]
    [InlineData("en-US", null)]
    public async Task Languages_that_are_not_at_home_where_the_address_is_count(string languages, string? reasons)
    {
        var gateway = await StartAsync(Profile() with { Databases = new() { City = Put("city.mmdb", Places()) } });
        var request = From(Quiet, "k");
        request.Headers.TryAddWithoutValidation("Accept-Language", languages);

        await gateway.AskAsync(request);

        Assert.Equal(reasons, Assert.Single(Arrived.All)["Risk-Reasons"]);
    }

    [Theory]
    [InlineData(true, 100)]
    [InlineData(false, 0)]
    public async Task An_edge_s_score_counts_from_a_trusted_proxy_alone(bool isTrusted, int score)
    {
        var profile = Profile() with { Edges = [new("cf-bot-score", EdgeScale.CloudflareBotScore)], Model = Uncapped() };
        var gateway = await StartAsync(profile, setup =>
        {
            var adjust = setup.Adjust;
            if (!isTrusted)
                setup.Adjust = snapshot => adjust(snapshot) with { Fraud = Scoring(profile) with { TrustedProxies = Core.Fraud.Addresses.AddressList.Empty } };
        });
        var request = From(Quiet, "k");
        if (!isTrusted)
            request.Headers.Remove("X-Forwarded-For");
        request.Headers.TryAddWithoutValidation("CF-Bot-Score", "1");

        await gateway.AskAsync(request);

        var seen = Assert.Single(Arrived.All);
        Assert.Equal(score, seen.Score);
        Assert.Equal(isTrusted, seen["Risk-Signals"]!.Contains("edge.score=100", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_fingerprint_of_a_client_s_tls_is_told_and_tells_devices_apart()
    {
        using var certificate = Authority.Server();
        using var files = new TlsFolder(certificate);
        var gateway = await StartAsync(Profile(), setup =>
        {
            var scoring = setup.Adjust;
            files.Secure(setup);
            var securing = setup.Adjust;
            setup.Adjust = snapshot => securing(scoring(snapshot));
        });
        foreach (var (key, protocols) in new[] { ("k-1", SslProtocols.Tls12), ("k-2", SslProtocols.Tls13), ("k-3", SslProtocols.Tls13) })
        {
            using var client = new TlsClient(gateway.Address, Authority.Root, protocols: protocols);
            Assert.Equal(201, (await client.PostAsync(key)).Status);
        }

        Assert.Equal(["t12", "t13", "t13"], Arrived.All.Select((_, at) => Signal(at, "dev.ja4").Trim('"')[..3]));
        Assert.NotEqual(Signal(0, "dev.id"), Signal(1, "dev.id"));
        Assert.Equal(Signal(1, "dev.id"), Signal(2, "dev.id"));
    }

    /// <summary>A client that adds its own value, whether better or unparsable, gains nothing by it.</summary>
    [Theory]
    [InlineData("edge.score=100", "1", "30")]
    [InlineData("edge.score=100", "no score", "1")]
    [InlineData("missing.edge", "no score")]
    [InlineData("missing.edge", "0")]
    [InlineData("missing.edge")]
    public async Task Of_an_edge_s_scores_the_worst_counts_and_none_at_all_is_missing(string signal, params string[] scores)
    {
        var gateway = await StartAsync(Profile() with { Edges = [new("cf-bot-score", EdgeScale.CloudflareBotScore)] });
        using var client = await RawClient.Connect(gateway.Address);

        await client.Send(RawClient.Request(
            "POST", "/guarded/session/", "{}",
            [new("Idempotency-Key", "k"), new("x-api-key", "caller-1"), new("Content-Type", "application/json"), .. scores.Select(score => new Field("CF-Bot-Score", score))]));
        Assert.Equal(201, (await client.ReadAnswer())!.Status);

        Assert.Contains(signal, Signals(0));
        Assert.Equal(signal == "missing.edge", Assert.Single(Arrived.All)["Risk-Score"]!.EndsWith(";degraded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_two_databases_say_alike_counts_once()
    {
        var gateway = await StartAsync(Profile() with
        {
            Databases = new()
            {
                Anonymous = Put("anonymous.mmdb", new MmdbWriter("Test-Anonymous-IP").Add("203.0.113.7/32", Marks("is_tor_exit_node"))),
                Risk = Put("risk.mmdb", new MmdbWriter("Test-IP-Risk").Add("203.0.113.7/32", new (string, object)[] { ("ip_risk", 20.0), ("is_tor_exit_node", true), ("is_hosting_provider", true) })),
            },
        });

        await gateway.AskAsync(From(Listed, "k"));

        Assert.Equal("TOR_EXIT;g=ip;w=35, HOSTING;g=ip;w=20, IP_RISK;g=ip;w=10", Assert.Single(Arrived.All)["Risk-Reasons"]);
    }

    [Theory]
    [InlineData("for=192.0.2.10")]
    [InlineData("for=unknown")]
    [InlineData("for=_hidden")]
    [InlineData("nonsense")]
    public async Task Nobody_leaves_a_list_by_adding_the_header_that_the_proxies_do_not_write(string forwarded)
    {
        var gateway = await StartAsync(Profile(List()));
        var request = From(Listed, "k");
        request.Headers.TryAddWithoutValidation("Forwarded", forwarded);

        await gateway.AskAsync(request);

        Assert.Equal("IP_LISTED;g=ip;w=40;list=\"listed\", XFF_SPOOFED;g=ip;w=10", Assert.Single(Arrived.All)["Risk-Reasons"]);
        Assert.Contains("missing.client", Signals(0));
    }

    [Fact]
    public async Task Nobody_hides_an_anonymiser_by_adding_it()
    {
        var marks = new (string, object)[] { ("is_tor_exit_node", true), ("ip_risk", 20.0) };
        var databases = new FraudDatabases { City = Put("city.mmdb", Places()), Anonymous = Put("anonymous.mmdb", new MmdbWriter("Test-Anonymous-IP").Add($"{Listed}/32", marks)) };
        var gateway = await StartAsync(Profile() with { Databases = databases });
        var request = From(Listed, "k");
        request.Headers.TryAddWithoutValidation("Forwarded", "for=" + Quiet);

        await gateway.AskAsync(request);

        Assert.Equal("TOR_EXIT;g=ip;w=35, IP_RISK;g=ip;w=10, XFF_SPOOFED;g=ip;w=10", Assert.Single(Arrived.All)["Risk-Reasons"]);
        Assert.DoesNotContain(Signals(0), signal => signal.StartsWith("ip.country", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_gets_onto_a_list_that_lets_pass_by_adding_it()
    {
        var gateway = await StartAsync(Profile(List(FraudListUse.Allow)));
        var request = From(Quiet, "k");
        request.Headers.TryAddWithoutValidation("Forwarded", "for=" + Listed);

        await gateway.AskAsync(request);

        Assert.Equal("XFF_SPOOFED;g=ip;w=10", Assert.Single(Arrived.All)["Risk-Reasons"]);
    }

    private static RiskModel Uncapped() =>
        RiskModel.TryCreate("uncapped", new Dictionary<string, int>(), new Dictionary<string, int> { ["edge"] = 100 }, RiskLevels.Default, out _)!;

    private static MmdbWriter Places() => new MmdbWriter("Test-City")
        .Add("192.0.2.0/24", Records.City("NL", 52.37, 4.9, 20, "Europe/Amsterdam"))
        .Add("203.0.113.0/24", Records.City("JP", 35.68, 139.7, 20, "Asia/Tokyo"));

    private static (string, object)[] Marks(params string[] names) => [.. names.Select(name => (name, (object)true))];

    private string Put(string name, MmdbWriter database)
    {
        File.WriteAllBytes(Folder.File(name), database.Write());
        return Folder.File(name);
    }

    private string[] Signals(int at) => Arrived.All[at]["Risk-Signals"]!.Split(", ");

    private string Sorted(int at) => string.Join(", ", Signals(at).Order(StringComparer.Ordinal));

    private string Signal(int at, string name) => Signals(at).Single(signal => signal.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..];
}
