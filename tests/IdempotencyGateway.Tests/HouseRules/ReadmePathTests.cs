namespace IdempotencyGateway.Tests.HouseRules;

/// <summary>Every path that a README names exists.</summary>
public class ReadmePathTests
{
    public static TheoryData<string> Readmes => [.. Repository.Files.Where(path => path.EndsWith(".md", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Readmes))]
    public void Every_path_named_exists(string readme) => HouseRule.Holds(
        $"{readme} names what is not there: correct the path, or the code.",
        MarkdownPaths.In(Repository.Read(readme)).Where(path => !MarkdownPaths.Resolves(readme, path)));

    [Theory]
    [MemberData(nameof(Readmes))]
    public void Every_link_leads_somewhere(string readme) => HouseRule.Holds(
        $"{readme} links to what is not there.",
        MarkdownPaths.LinksIn(Repository.Read(readme)).Where(link => !MarkdownPaths.LinkResolves(readme, link)));

    [Fact]
    public void Paths_are_found_in_backticks_and_pictures_only()
    {
        const string Markdown = """
            In src/Prose/Ignored.cs no backticks. Look at `tests/run.sh` and `Exchange/`, answers are `application/json`.

            ```
            client ──> src/IdempotencyGateway.Core  http://localhost:8080/src/nothing  -p:X=src/y
            ```

                Hosting/Commands   the commands
            """;

        Assert.Equal(
            ["tests/run.sh", "Exchange/", "application/json", "src/IdempotencyGateway.Core", "Hosting/Commands"],
            MarkdownPaths.In(Markdown));
    }

    [Theory]
    [InlineData("README.md", "tests/run.sh", true)]
    [InlineData("tests/README.md", "run.sh", true)]
    [InlineData("src/README.md", "IdempotencyGateway.Core/Keys", true)]
    [InlineData("src/README.md", "Keys/StorageKey", true)]
    [InlineData("src/README.md", "Keys/*.cs", true)]
    [InlineData("src/README.md", "Keys/NoSuchKey", false)]
    [InlineData("README.md", "src/NoSuchRoom/", false)]
    [InlineData("README.md", "nowhere/at/all.cs", false)]
    [InlineData("README.md", "application/json", true)]
    [InlineData("README.md", "data/gateway.db", true)]
    public void A_path_is_looked_up_beside_the_readme_at_the_root_and_in_the_rooms(string readme, string path, bool resolves) =>
        Assert.Equal(resolves, MarkdownPaths.Resolves(readme, path));
}
