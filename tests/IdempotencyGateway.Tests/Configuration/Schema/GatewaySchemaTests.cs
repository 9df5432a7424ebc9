using System.Text.Json.Nodes;
using IdempotencyGateway.Tests.HouseRules;

namespace IdempotencyGateway.Tests.Configuration.Schema;

public class GatewaySchemaTests
{
    private const string SchemaFile = "config/gateway.schema.json";

    /// <summary>With IDEMPOTENCY_GATEWAY_TESTS=accept the test writes the file instead of comparing it, so that the diff can be reviewed.</summary>
    [Fact]
    public void The_schema_is_what_the_code_reads()
    {
        var path = Path.Combine(Repository.Root, SchemaFile);
        if (Environment.GetEnvironmentVariable("IDEMPOTENCY_GATEWAY_TESTS") == "accept")
            File.WriteAllText(path, GatewaySchema.Text);
        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == GatewaySchema.Text,
            $"{SchemaFile} is not what the code reads: run IDEMPOTENCY_GATEWAY_TESTS=accept tests/run.sh GatewaySchema, and review the difference.");
    }

    [Fact]
    public void Every_setting_says_what_it_means()
    {
        var silent = Leaves(JsonNode.Parse(GatewaySchema.Text)!.AsObject(), "")
            .Where(leaf => !leaf.Path.Contains("ReverseProxy", StringComparison.Ordinal) && !leaf.Path.Contains("Logging", StringComparison.Ordinal))
            .Where(leaf => leaf.Node["description"] is null && leaf.Path != ".$schema")
            .Select(leaf => leaf.Path);
        HouseRule.Holds("Tell of it in a table of config/README.md:", silent);
    }

    private static IEnumerable<(string Path, JsonObject Node)> Leaves(JsonObject node, string path)
    {
        var properties = node["properties"]?.AsObject().Select(p => (p.Key, p.Value!.AsObject())) ?? [];
        var below = node["additionalProperties"] is JsonObject any ? properties.Append(("*", any)) : properties;
        var all = below.ToArray();
        return all.Length == 0 ? [(path, node)] : all.SelectMany(child => Leaves(child.Item2, $"{path}.{child.Item1}"));
    }
}
