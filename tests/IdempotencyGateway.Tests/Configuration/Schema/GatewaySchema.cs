using System.Text.Json;
using System.Text.Json.Nodes;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Tests.HouseRules;
using Microsoft.Extensions.Configuration;

namespace IdempotencyGateway.Tests.Configuration.Schema;

/// <summary>
/// Generates config/gateway.schema.json: names, types, defaults and limits from the section readers, descriptions from config/README.md, YARP's part from the
/// types that YARP binds.
/// </summary>
internal static class GatewaySchema
{
    /// <summary>One entry for each section with user-chosen names, so that the readers meet every shape.</summary>
    private static readonly Dictionary<string, string?> OneOfEach = new()
    {
        ["Idempotency:Policies:any:Lease"] = "30s",
        ["Idempotency:Issuers:any:Issuer"] = "https://issuer.example",
        ["Backends:any:Split:any"] = "1",
        ["Backends:any:Rules:0:If"] = "header:x",
        ["Backends:any:Rules:0:Split:any"] = "1",
        ["Providers:any:OAuth:ClientId"] = "any",
        ["Fraud:Keys:any:File"] = "risk.key",
        ["Fraud:Profiles:any:Weights:TOR_EXIT"] = "35",
        ["Fraud:Profiles:any:Caps:ip"] = "60",
        ["Fraud:Profiles:any:Lists:0:Name"] = "deny",
        ["Fraud:Profiles:any:Velocity:0:By"] = "Ip",
        ["Fraud:Profiles:any:Edges:0:Header"] = "cf-bot-score",
        ["Fraud:Profiles:any:External:0:Name"] = "vendor",
        ["Logging:LogLevel:Default"] = "Information",
    };

    public static string Text => Build().ToJsonString(new JsonSerializerOptions
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    }) + "\n";

    private static JsonObject Build()
    {
        var root = new SectionReader(new ConfigurationBuilder().AddInMemoryCollection(OneOfEach).Build(), new ProblemList(), Repository.Root);
        SnapshotLoader.Read(root, new ProblemList());
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "Configuration of the idempotency gateway",
            ["allowComments"] = true,
            ["allowTrailingCommas"] = true,
        };
        foreach (var (name, node) in SectionOf(root, []))
            schema[name] = node?.DeepClone();
        var properties = schema["properties"]!.AsObject();
        properties["$schema"] = new JsonObject { ["type"] = "string" };
        properties["Include"] = Describe(Strings(), ["Include"]);
        properties["ReverseProxy"] = ProxySchema.Build();
        return schema;
    }

    private static JsonObject SectionOf(SectionReader reader, string[] path)
    {
        if (reader.HasFreeNames)
        {
            var items = reader.Known.Select(known => NodeOf(known, path)).ToArray();
            return Describe(new() { ["type"] = "object", ["additionalProperties"] = items.FirstOrDefault() }, path);
        }
        var properties = new JsonObject();
        foreach (var known in reader.Known)
            properties[known.Name] = NodeOf(known, [.. path, known.Name]);
        return Describe(new() { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties }, path);
    }

    private static JsonObject NodeOf(KnownName known, string[] path) => known switch
    {
        KnownName.Value value => ValueOf(value, path),
        KnownName.List list => Describe(ListOf(list), path),
        KnownName.Section section => SectionOf(section.Reader, path),
        KnownName.Sections list => Describe(SectionsOf(list, path), path),
        KnownName.Foreign => Describe([], path),
        _ => throw new InvalidOperationException("no such name"),
    };

    private static JsonObject ValueOf(KnownName.Value value, string[] path)
    {
        var node = ShapeOf(value.Form.Shape);
        if (value.Default.Length > 0)
            node["default"] = DefaultOf(value);
        return Describe(node, path, value.Form.Description);
    }

    private static JsonValue DefaultOf(KnownName.Value value) => value.Form.Shape.Types switch
    {
        ["integer"] => JsonValue.Create(long.Parse(value.Default, System.Globalization.CultureInfo.InvariantCulture)),
        ["boolean"] => JsonValue.Create(value.Default == "true"),
        _ => JsonValue.Create(value.Default),
    };

    private static JsonObject SectionsOf(KnownName.Sections list, string[] path) => new()
    {
        ["type"] = "array",
        ["items"] = list.Readers.Count == 0 ? [] : SectionOf(list.Readers[0], path),
        ["minItems"] = list.Min,
        ["maxItems"] = list.Max,
    };

    private static JsonObject ListOf(KnownName.List list)
    {
        var item = ShapeOf(list.Item);
        item["description"] = Sentence(list.Description);
        return new() { ["type"] = "array", ["items"] = item, ["minItems"] = list.Min, ["maxItems"] = list.Max };
    }

    private static JsonObject ShapeOf(JsonShape shape)
    {
        var node = new JsonObject
        {
            ["type"] = shape.Types is [var only] ? only : new JsonArray([.. shape.Types.Select(type => JsonValue.Create(type))]),
        };
        if (shape.Choices.Count > 0)
            node["enum"] = new JsonArray([.. shape.Choices.Select(choice => JsonValue.Create(choice))]);
        if (shape.Pattern is not null)
            node["pattern"] = shape.Pattern;
        if (shape.Limits is var (min, max))
            (node["minimum"], node["maximum"]) = (min, max);
        return node;
    }

    /// <summary>Adds a setting's description from the reference and its constraints.</summary>
    private static JsonObject Describe(JsonObject node, string[] path, string? form = null)
    {
        var row = Reference.Rows.GetValueOrDefault(string.Join('.', Reference.NameOf(path)));
        if (node["type"]?.ToString() == "array" && row?.Default is ['[', ..] list)
            node["default"] = JsonNode.Parse(list);
        string[] sentences = [.. new[] { row?.Meaning, form }.OfType<string>().Where(text => text.Length > 0).Select(Sentence)];
        if (sentences.Length > 0)
            node["description"] = string.Join(' ', sentences);
        return node;
    }

    private static string Sentence(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}".TrimEnd('.') + ".";

    private static JsonObject Strings() => new() { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } };
}
