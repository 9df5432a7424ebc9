using IdempotencyGateway.Tests.HouseRules;

namespace IdempotencyGateway.Tests.Configuration.Schema;

/// <summary>The tables of config/README.md, which are also the source of the schema's descriptions.</summary>
internal static class Reference
{
    public static IReadOnlyDictionary<string, Row> Rows { get; } = Repository.Read("config/README.md").Split('\n')
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Trim('|', ' ').Replace("\\|", "/", StringComparison.Ordinal).Split(" | ", 3))
        .Where(cells => cells.Length == 3)
        .ToDictionary(cells => cells[0].Trim('`'), cells => new Row(cells[1].Trim('`'), cells[2].Replace("`", "", StringComparison.Ordinal)), StringComparer.Ordinal);

    /// <summary>The name of a path in the tables, which list a policy's members without the policy's name.</summary>
    public static IEnumerable<string> NameOf(string[] path) =>
        path switch
        {
            ["Idempotency", "Policies", _, ..] => path[2..],
            ["Backends", "Rules", _] => path[1..],
            ["Fraud", "Profiles", _, ..] => path[1..],
            _ => path,
        };

    internal sealed record Row(string Default, string Meaning);
}
