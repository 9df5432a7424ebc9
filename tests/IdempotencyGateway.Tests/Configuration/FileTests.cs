using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tests.Configuration;

public class FileTests
{
    [Fact]
    public void Comments_trailing_commas_and_the_schema_are_welcome()
    {
        using var file = new GatewayFile("// ours\n" + GatewayFile.Minimal.Insert(1, "/* and yours */ \"$schema\": \"./gateway.schema.json\", \"Cache\": { \"MaxAge\": \"2m\", },"));
        Assert.Equal(TimeSpan.FromMinutes(2), Assert.IsType<SnapshotResult.Valid>(file.Load()).Snapshot.Cache.MaxAge);
    }

    [Fact]
    public void Text_that_is_not_json_is_told_by_line_and_column()
    {
        using var file = new GatewayFile("{\n  \"Listen\": {\n    \"Admin\" \"none\"\n  }\n}");
        var problem = Assert.Single(Assert.IsType<SnapshotResult.Invalid>(file.Load()).Problems);
        Assert.Equal($"{file.Path}:3:13", problem.Path);
        Assert.StartsWith("is not JSON: ", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"Store\":{},\"store\":{\"Kind\":\"Sqlite\"},\"STORE\":{\"Kind\":\"Sqlite\"}}")]
    public void Text_that_is_not_one_object_without_repetitions_is_refused(string text)
    {
        using var file = new GatewayFile(text);
        Assert.IsType<SnapshotResult.Invalid>(file.Load());
    }

    [Fact]
    public void A_missing_file_is_named_with_the_way_to_give_another()
    {
        using var file = new GatewayFile();
        var missing = Path.Combine(file.Folder, "none.json");

        var result = SnapshotLoader.Load(missing, new Dictionary<string, string?>(), []);

        Assert.Equal([$"{missing} does not exist: name the configuration with --config <file>."], GatewayFile.Problems(result));
    }

    [Fact]
    public void A_folder_is_no_file()
    {
        using var file = new GatewayFile();
        var problem = Assert.Single(GatewayFile.Problems(SnapshotLoader.Load(file.Folder, new Dictionary<string, string?>(), [])));
        Assert.Contains("cannot be read", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Relative_paths_start_at_the_files_folder()
    {
        using var file = new GatewayFile();
        var store = Assert.IsType<SnapshotResult.Valid>(file.Load(null, "--Store:Sqlite:Path=../g.db", "--Store:SecretFile=/run/secret")).Snapshot.Store;
        Assert.Equal(Path.Combine(Path.GetDirectoryName(file.Folder)!, "g.db"), store.SqlitePath);
        Assert.Equal("/run/secret", store.SecretFile);
    }
}
