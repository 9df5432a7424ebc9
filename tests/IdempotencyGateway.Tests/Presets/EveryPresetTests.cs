using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Configuration;
using IdempotencyGateway.Tests.HouseRules;

namespace IdempotencyGateway.Tests.Presets;

public class EveryPresetTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "config", "presets");

    public static TheoryData<string> Presets => [.. Directory.EnumerateFiles(Folder, "*.json").Select(f => Path.GetFileName(f)!)];

    [Theory]
    [MemberData(nameof(Presets))]
    public void Each_preset_loads_without_the_others(string preset) =>
        Assert.Empty(GatewayFile.Problems(SnapshotLoader.Load(Path.Combine(Folder, preset), new Dictionary<string, string?>(), [])));

    [Fact]
    public void All_presets_can_be_included_together()
    {
        var includes = string.Join(", ", Directory.EnumerateFiles(Folder, "*.json").Select(file => $"\"{file}\""));
        using var file = new GatewayFile($$"""{ "Include": [{{includes}}] }""");

        var snapshot = Assert.IsType<SnapshotResult.Valid>(file.Load()).Snapshot;

        Assert.True(snapshot.Clusters.Count >= 9);
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void Each_preset_has_a_test_file_of_its_own(string preset)
    {
        var name = string.Concat(Path.GetFileNameWithoutExtension(preset).Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
        Assert.True(Repository.Exists($"tests/IdempotencyGateway.Tests/Presets/{name}Tests.cs"), $"{preset} has no Presets/{name}Tests.cs");
    }
}
