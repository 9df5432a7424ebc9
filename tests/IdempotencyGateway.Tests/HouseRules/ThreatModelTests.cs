using System.Text.RegularExpressions;

namespace IdempotencyGateway.Tests.HouseRules;

/// <summary>Every claim in SECURITY.md names a test, and every test that it names exists.</summary>
public partial class ThreatModelTests
{
    private static readonly string Document = Repository.Read("SECURITY.md");

    [Fact]
    public void Every_test_that_is_named_exists()
    {
        var classes = Repository.CSharp("tests/").Select(file => Path.GetFileNameWithoutExtension(file.Path)).ToHashSet(StringComparer.Ordinal);

        HouseRule.Holds("SECURITY.md names tests that are not there:", TestName().Matches(Document).Select(name => name.Groups[1].Value).Where(name => !classes.Contains(name)));
    }

    [Fact]
    public void Every_defence_names_a_test()
    {
        var defences = Document.Split("## Attackers")[1].Split("\n## ")[0].Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToList();

        Assert.True(defences.Count > 10, "the table of defences was not found");
        HouseRule.Holds("Name the test class that shows it, or move it to what is not defended:", defences.Where(row => !TestName().IsMatch(row)));
    }

    [GeneratedRegex(@"`(\w+Tests)`")]
    private static partial Regex TestName();
}
