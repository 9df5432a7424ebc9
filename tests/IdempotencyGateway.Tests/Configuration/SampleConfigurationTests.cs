using IdempotencyGateway.Configuration;
using IdempotencyGateway.Configuration.Reading;
using Microsoft.Extensions.Configuration;

namespace IdempotencyGateway.Tests.Configuration;

public class SampleConfigurationTests
{
    private static readonly string Folder = Path.Combine(RepositoryRoot(), "config");

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
        return [.. root.KnownPaths
            .Where(path => !path.StartsWith("Logging:", StringComparison.Ordinal))
            .Select(path => path.Split(':'))
            .Select(names => names is ["Idempotency", "Policies", _, .. var rest] ? string.Join('.', rest) : string.Join('.', names))
            .Where(name => name.Length > 0)];
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "IdempotencyGateway.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("the tests do not run inside the repository");
    }
}
