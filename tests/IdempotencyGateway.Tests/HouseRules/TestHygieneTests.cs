using System.Text.RegularExpressions;

namespace IdempotencyGateway.Tests.HouseRules;

/// <summary>Tests wait for events instead of sleeping, none is skipped, and every test project is built.</summary>
public partial class TestHygieneTests
{
    [Fact]
    public void No_test_sleeps() => HouseRule.Holds(
        "A test waits for an event: a TaskCompletionSource, a fake clock, or what tests/IdempotencyGateway.Tests/Testing offers.",
        Repository.CSharp("tests/")
            .Where(file => !file.Path.Contains("/Testing/", StringComparison.Ordinal))
            .SelectMany(file => file.Where(line => Sleep().IsMatch(line))));

    [Fact]
    public void No_test_is_skipped() => HouseRule.Holds(
        "A skipped test proves nothing: fix it, or delete it and say why in the commit.",
        Repository.CSharp("tests/").SelectMany(file => file.Where(line => Skip().IsMatch(line))));

    [Fact]
    public void Every_test_project_is_in_the_solution()
    {
        var solution = Repository.Read("IdempotencyGateway.sln");

        HouseRule.Holds(
            "Add the project to IdempotencyGateway.sln (dotnet sln add), or nobody builds it.",
            Repository.Files.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal) && !solution.Contains(path.Replace('/', '\\'), StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"\bThread\s*\.\s*Sleep\b|\bTask\s*\.\s*Delay\s*\(")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"\bSkip\s*=[^=>]")]
    private static partial Regex Skip();
}
