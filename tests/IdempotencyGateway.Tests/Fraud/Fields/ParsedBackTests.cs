using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Tests.HouseRules;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Fraud.Fields;

/// <summary>
/// Round trips through another implementation of RFC 9651: the npm package <c>structured-headers</c> must parse what the gateway writes into the original values. The
/// package's version and hash are fixed in a lock file.
/// </summary>
public sealed class ParsedBackTests
{
    private const int Times = 3_000;
    private static readonly string[] Files = ["package.json", "package-lock.json", ".npmrc", "parse.mjs"];

    [Fact]
    public async Task Another_parser_reads_what_was_meant()
    {
        var seed = LongForm.Seed();
        var random = new Random(seed);
        var asked = new List<(string Form, string Text, JsonNode Meant)>();
        for (var time = 0; time < Times; time++)
            asked.Add((time % 3) switch { 0 => AnyItem(random), 1 => AnyList(random), _ => AnyDictionary(random) });
        asked.AddRange(OfAVerdict());

        var read = await ReadBackAsync(asked);

        Assert.Equal(asked.Count, read.Length);
        for (var at = 0; at < read.Length; at++)
            Assert.True(JsonNode.DeepEquals(asked[at].Meant, JsonNode.Parse(read[at])), $"seed {seed}: {asked[at].Text}\nmeant {asked[at].Meant.ToJsonString()}\nread  {read[at]}");
    }

    private static async Task<string[]> ReadBackAsync(List<(string Form, string Text, JsonNode Meant)> asked)
    {
        using var folder = new TemporaryFolder();
        var source = Path.Combine(Repository.Root, "tests/IdempotencyGateway.Tests/Fraud/Fields/StructuredHeaders");
        foreach (var file in Files)
            File.Copy(Path.Combine(source, file), folder.File(file));
        await Tool.SucceedsAsync("npm", ["ci", "--prefix", folder.Path, "--ignore-scripts", "--cache", folder.File("cache")]);

        var questions = string.Concat(asked.Select(question => JsonSerializer.Serialize(new { form = question.Form, text = question.Text }) + "\n"));
        var (exitCode, said) = await Tool.RunAsync("node", [folder.File("parse.mjs")], questions);
        Assert.True(exitCode == 0, said);
        return said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static IEnumerable<(string Form, string Text, JsonNode Meant)> OfAVerdict()
    {
        var findings = new Findings(RiskModel.TryCreate("2026-11-21", new Dictionary<string, int>(), new Dictionary<string, int>(), RiskLevels.Default, out _)!);
        findings.Fact(SignalNames.IpCountry, FieldValue.OfText("NL"));
        findings.Fact(SignalNames.IpTor, FieldValue.True);
        findings.Raise(ReasonKinds.TorExit);
        var fields = RiskFields.Of(findings.Judge(DateTimeOffset.FromUnixTimeSeconds(1795283090), _ => RiskAction.Annotate.Instance));

        yield return ("item", fields.Score, JsonNode.Parse(
            """
            {"value":["number","35"],"parameters":[["level",["token","elevated"]],["action",["token","allow"]],["model",["string","2026-11-21"]],
             ["at",["number","1795283090"]],["degraded",["boolean","false"]]]}
            """)!);
        yield return ("list", fields.Reasons, JsonNode.Parse(
            """[{"value":["token","TOR_EXIT"],"parameters":[["g",["token","ip"]],["w",["number","35"]]]}]""")!);
        yield return ("dictionary", fields.Signals, JsonNode.Parse(
            """[{"key":"ip.country","value":["string","NL"],"parameters":[]},{"key":"ip.tor","value":["boolean","true"],"parameters":[]}]""")!);
    }

    private static (string Form, string Text, JsonNode Meant) AnyItem(Random random)
    {
        var writer = new FieldWriter(new char[16_384]);
        var value = AnyValue(random);
        writer.Item(value);
        var meant = Member(Bare(value), AnyParameters(ref writer, random));
        return ("item", writer.Finish(), meant);
    }

    private static (string Form, string Text, JsonNode Meant) AnyList(Random random)
    {
        var writer = new FieldWriter(new char[65_536]);
        var meant = new JsonArray();
        for (var count = random.Next(5); count > 0; count--)
        {
            var value = AnyValue(random);
            writer.Item(value);
            meant.Add((JsonNode)Member(Bare(value), AnyParameters(ref writer, random)));
        }
        return ("list", writer.Finish(), meant);
    }

    private static (string Form, string Text, JsonNode Meant) AnyDictionary(Random random)
    {
        var writer = new FieldWriter(new char[65_536]);
        var meant = new JsonArray();
        foreach (var key in AnyKeys(random))
        {
            var value = AnyValue(random);
            writer.Member(key, value);
            var member = Member(Bare(value), AnyParameters(ref writer, random));
            member["key"] = key;
            meant.Add((JsonNode)member);
        }
        return ("dictionary", writer.Finish(), meant);
    }

    private static JsonArray AnyParameters(ref FieldWriter writer, Random random)
    {
        var parameters = new JsonArray();
        foreach (var key in AnyKeys(random))
        {
            var value = AnyValue(random);
            writer.Parameter(key, value);
            parameters.Add((JsonNode)new JsonArray(key, Bare(value)));
        }
        return parameters;
    }

    private static JsonObject Member(JsonNode value, JsonArray parameters) => new() { ["value"] = value, ["parameters"] = parameters };

    private static JsonArray Bare(FieldValue value) => value.Kind switch
    {
        FieldKind.WholeNumber => new("number", value.Number.ToString(CultureInfo.InvariantCulture)),
        FieldKind.DecimalNumber => new("number", (value.Number / 1000m).ToString("0.###", CultureInfo.InvariantCulture)),
        FieldKind.QuotedText => new("string", value.Text),
        FieldKind.DisplayText => new("display", value.Text),
        FieldKind.Token => new("token", value.Text),
        FieldKind.Bytes => new("bytes", Convert.ToHexStringLower(value.Bytes)),
        FieldKind.Truth => new("boolean", value.Number == 1 ? "true" : "false"),
        var kind => throw new InvalidOperationException($"no JSON for {kind}"),
    };

    private static string[] AnyKeys(Random random) =>
        [.. Enumerable.Range(0, random.Next(4)).Select(_ => "abz*"[random.Next(4)] + Letters(random, "az09_-.*", 4)).Distinct()];

    private static FieldValue AnyValue(Random random) => random.Next(7) switch
    {
        0 => FieldValue.OfBoolean(random.Next(2) == 0),
        1 => FieldValue.OfInteger(random.NextInt64(-FieldValue.MaxInteger, FieldValue.MaxInteger + 1) / (random.Next(2) == 0 ? 1 : 1_000_000_000)),
        2 => Decimal(random.Next(-2_000_000, 2_000_000) / (random.Next(2) == 0 ? 1000m : 2m)),
        3 => FieldValue.OfToken(Letters(random, "aZ*", 1, 1) + Letters(random, "aZ09!#$%&'*+-.^_`|~:/", 8)),
        4 => FieldValue.OfBytes(System.Text.Encoding.UTF8.GetBytes(Letters(random, "a\0é€", 9))),
        5 => FieldValue.OfText(Letters(random, "aZ09 \"\\%,;=()~!", 12)),
        _ => FieldValue.OfText(Letters(random, "a \"\\%'é€\u0000\u007F\t\u2028", 12)),
    };

    private static FieldValue Decimal(decimal value) => FieldValue.TryDecimal(value, out var made) ? made : throw new ArgumentOutOfRangeException(nameof(value));

    private static string Letters(Random random, string pool, int atMost, int atLeast = 0) =>
        string.Concat(Enumerable.Range(0, random.Next(atLeast, atMost + 1)).Select(_ => pool[random.Next(pool.Length)]));
}
