using IdempotencyGateway.Configuration;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Tests.HouseRules;
using Microsoft.Extensions.Configuration;

namespace IdempotencyGateway.Tests.Configuration;

public class SampleConfigurationTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "config");

    public static TheoryData<string> Samples => [.. Directory.EnumerateFiles(Folder, "*.json").Select(f => Path.GetFileName(f)!)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_sample_loads(string file) =>
        Assert.Empty(GatewayFile.Problems(SnapshotLoader.Load(Path.Combine(Folder, file), new Dictionary<string, string?>(), [])));

    [Fact]
    public void The_reference_tells_of_every_name()
    {
        var reference = File.ReadAllText(Path.Combine(Folder, "README.md"));
        Assert.All(NamesOf(Path.Combine(Folder, "gateway.json")), name => Assert.Contains($"`{name}`", reference, StringComparison.Ordinal));
    }

    private static HashSet<string> NamesOf(string file)
    {
        var configuration = new ConfigurationBuilder().AddJsonFile(file).Build();
        var root = new SectionReader(configuration, new ProblemList());
        SnapshotLoader.Read(root, Folder, new ProblemList());
        var paths = root.KnownPaths.ToArray();
        return [.. paths
            .Where(path => !path.StartsWith("Logging:LogLevel:", StringComparison.Ordinal) || path == "Logging:LogLevel:Default")
            .Where(path => !Array.Exists(paths, other => other.StartsWith(path + ":", StringComparison.Ordinal)))
            .Select(path => path.Split(':'))
            .Select(names => string.Join('.', names is ["Idempotency", "Policies", _, .. var rest] ? rest : names))];
    }
}
