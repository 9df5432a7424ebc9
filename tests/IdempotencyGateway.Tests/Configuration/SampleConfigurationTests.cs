using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.HouseRules;

namespace IdempotencyGateway.Tests.Configuration;

public class SampleConfigurationTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "config");

    public static TheoryData<string> Samples => [.. Directory.EnumerateFiles(Folder, "*.json").Select(f => Path.GetFileName(f)!).Where(f => f != "gateway.schema.json")];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_sample_loads(string file) =>
        Assert.Empty(GatewayFile.Problems(SnapshotLoader.Load(Path.Combine(Folder, file), new Dictionary<string, string?>(), [])));
}
