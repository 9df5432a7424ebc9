using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Tests.Fraud.Databases;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Fraud;

/// <summary>
/// The gateway computes only what a profile uses. These tests therefore try profiles with one or two parts and with all but one or two: each signal must be present, with the same value, exactly
/// in the profiles that have all the parts it depends on.
/// </summary>
public sealed class WhateverElseIsOnTests : FraudTest
{
    private const string ByIp = "velocity by ip", ByCredential = "velocity by credential", BySubject = "velocity by subject", Varied = "different subjects by ip", WhoseSubject = "subject",
        City = "city", Asn = "asn", Anonymous = "anonymous", Lists = "lists", Country = "country", Edges = "edges";

    private static readonly string[] Velocities = [ByIp, ByCredential, BySubject, Varied];
    private static readonly string[] Parts = [.. Velocities, WhoseSubject, City, Asn, Anonymous, Lists, Country, Edges];

    /// <summary>The signals of the second of two requests, the parts that each needs, and whether it also needs any one of the velocities.</summary>
    private static readonly (string Signal, string[] All, bool AnyVelocity)[] Expected =
    [
        ("dev.id", [], false),
        ("dev.ua_bot", [], false),
        ("ip.list=\"listed\"", [Lists], false),
        ("ip.country=\"JP\"", [City], false),
        ("ip.asn=60729", [Asn], false),
        ("ip.tor", [Anonymous], false),
        ("edge.score=30", [Edges], false),
        ("geo.lang_mismatch", [City], false),
        ("geo.declared_mismatch", [City, Country], false),
        ("geo.speed", [City, WhoseSubject], false),
        ("vel.ip.60=1", [ByIp], false),
        ("vel.cred.60=2", [ByCredential], false),
        ("vel.subject.60=2", [BySubject, WhoseSubject], false),
        ("vel.ip.subject.60=1", [Varied, WhoseSubject], false),
        ("dev.new", [], true),
        ("beh.body_repeat=1", [], true),
        ("beh.key_mismatch", [], true),
    ];

    [Fact]
    public async Task A_signal_is_found_wherever_its_parts_are_and_the_same_whatever_else_is_on()
    {
        var pairs = from one in Parts from other in Parts where string.CompareOrdinal(one, other) <= 0 select (string[])[.. new[] { one, other }.Distinct()];
        string[][] profiles = [[], .. pairs.SelectMany(pair => (string[][])[pair, [.. Parts.Except(pair)]]), Parts];

        foreach (var parts in profiles)
        {
            var expected = Expected.Where(signal => signal.All.All(parts.Contains) && (!signal.AnyVelocity || Velocities.Any(parts.Contains))).Select(signal => signal.Signal);
            Assert.True(expected.Order(StringComparer.Ordinal).SequenceEqual(await FoundAsync(parts)), $"{string.Join(", ", parts)}: {string.Join(", ", await FoundAsync(parts))}");
        }
    }

    /// <returns>The second request's signals in order; only the name of those whose value differs between runs.</returns>
    private async Task<string[]> FoundAsync(string[] parts)
    {
        var gateway = await StartAsync(Of(parts));
        var before = Arrived.Count;
        await gateway.AskAsync(Request(Quiet, "k-1", "Mozilla/5.0"));
        await gateway.AskAsync(From(Quiet, "k-1", """{"vendor_data":"another"}"""));
        await gateway.AskAsync(Request(Listed, "k-2", "curl/8.5.0"));
        await StopAsync(gateway);
        Assert.Equal(before + 2, Arrived.Count);
        return
        [
            .. Arrived.All[before + 1]["Risk-Signals"]!.Split(", ")
                .Select(signal => signal.StartsWith("dev.id=", StringComparison.Ordinal) || signal.StartsWith("geo.speed=", StringComparison.Ordinal) ? signal.Split('=')[0] : signal)
                .Order(StringComparer.Ordinal),
        ];
    }

    private static HttpRequestMessage Request(string address, string key, string userAgent)
    {
        var request = From(address, key, """{"vendor_data":"anna","country":"DE"}""");
        request.Headers.Remove("User-Agent");
        foreach (var (name, value) in new[] { ("User-Agent", userAgent), ("Accept-Language", "nl"), ("X-Edge-Score", "30") })
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private FraudProfile Of(string[] parts)
    {
        FraudDatabases databases = new();
        if (parts.Contains(City))
            databases = databases with { City = Put("city.mmdb", new MmdbWriter("City").Add("192.0.2.0/24", Records.City("NL", 52.37, 4.9, 20, "Z")).Add("203.0.113.0/24", Records.City("JP", 35.68, 139.7, 20, "Z"))) };
        if (parts.Contains(Asn))
            databases = databases with { Asn = Put("asn.mmdb", new MmdbWriter("ASN").Add("203.0.113.0/24", Records.Asn(60_729))) };
        if (parts.Contains(Anonymous))
            databases = databases with { Anonymous = Put("anonymous.mmdb", new MmdbWriter("Anonymous-IP").Add($"{Listed}/32", new (string, object)[] { ("is_tor_exit_node", true) })) };
        VelocityRule Rule(VelocityBy by, VelocityOf distinct = VelocityOf.Requests) => new(by, [VelocityWindow.Minute], Soft: 10, Hard: 20) { Distinct = distinct };
        (string Part, VelocityRule Rule)[] rules =
            [(ByIp, Rule(VelocityBy.Ip)), (ByCredential, Rule(VelocityBy.Credential)), (BySubject, Rule(VelocityBy.Subject)), (Varied, Rule(VelocityBy.Ip, VelocityOf.Subject))];
        return Profile() with
        {
            Databases = databases,
            Velocity = [.. rules.Where(rule => parts.Contains(rule.Part)).Select(rule => rule.Rule)],
            Subject = parts.Contains(WhoseSubject) && RiskSubject.TryParse("json:/vendor_data", out var subject) ? [subject] : [],
            Country = parts.Contains(Country) && ValueSource.TryParse("json:/country", out var country) ? country : null,
            Lists = parts.Contains(Lists) ? [List()] : [],
            Edges = parts.Contains(Edges) ? [new("x-edge-score", EdgeScale.Percent)] : [],
        };
    }

    private string Put(string name, MmdbWriter database)
    {
        File.WriteAllBytes(Folder.File(name), database.Write());
        return Folder.File(name);
    }
}
