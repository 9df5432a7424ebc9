namespace IdempotencyGateway.Tests.HouseRules;

/// <summary>The repository's root holds the expected files, and the Dockerfile in it fits the repository.</summary>
public class LayoutTests
{
    private static readonly string[] Root =
    [
        "src", "config", "tests", "load", "IdempotencyGateway.sln", "Dockerfile", "README.md", "SECURITY.md", "LICENSE",
        ".ci", ".editorconfig", ".gitignore", ".dockerignore", "global.json", "Directory.Build.props", "Directory.Packages.props", "nuget.config",
    ];

    private static IEnumerable<string> AtRoot => Repository.Files.Select(path => path.Split('/')[0]).Distinct();

    [Fact]
    public void Nothing_else_lies_at_the_root() => HouseRule.Holds(
        "The root holds what the README shows and what tools want there: put this into src, config, tests or load.", AtRoot.Except(Root));

    [Fact]
    public void Everything_the_root_promises_is_there() => HouseRule.Holds("The root lacks:", Root.Except(AtRoot));

    [Fact]
    public void Every_project_locks_its_packages() => HouseRule.Holds(
        "Run dotnet restore and commit packages.lock.json beside:",
        Repository.Files.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal)
            && !Repository.Exists(Path.Combine(Path.GetDirectoryName(path)!, "packages.lock.json"))));

    [Fact]
    public void The_image_is_built_from_files_that_exist()
    {
        var copied = Repository.Read("Dockerfile").Split('\n')
            .Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from=", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..^1])
            .Where(word => !word.StartsWith("--", StringComparison.Ordinal));

        HouseRule.Holds("The Dockerfile copies what is not there:", copied.Where(path => path != "." && !Repository.Exists(path)));
    }

    [Fact]
    public void The_image_starts_the_gateway_and_asks_it_for_its_health()
    {
        var dockerfile = Repository.Read("Dockerfile");

        Assert.Contains("IdempotencyGateway.dll", dockerfile, StringComparison.Ordinal);
        Assert.Matches(@"HEALTHCHECK[^\n]*\\?\n?[^\n]*""health""", dockerfile);
        Assert.Matches(@"\nUSER (?!root|0)", dockerfile);
    }
}
