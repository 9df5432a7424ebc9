using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tests.Configuration;

public sealed class IncludeTests : IDisposable
{
    private const string Policy = """{ "Idempotency": { "Policies": { "create": { "Lease": "20s", "Methods": ["POST", "PATCH", "PUT"], "Retention": "2h" } } } }""";

    private readonly GatewayFile _file = new(GatewayFile.Minimal.Insert(1, """ "Include": ["presets/create.json"], """));

    public void Dispose() => _file.Dispose();

    [Fact]
    public void An_included_file_lies_below_the_one_that_includes_it()
    {
        Write("presets/create.json", Policy);
        Write("gateway.json", GatewayFile.Minimal.Replace("\"create\": {}", "\"create\": { \"Lease\": \"5s\" }").Insert(1, """ "Include": ["presets/create.json"], """));

        var policy = Load().Policies["create"];

        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromHours(2)), (policy.Lease, policy.Retention));
    }

    [Fact]
    public void A_list_replaces_the_list_below_it_whole()
    {
        Write("presets/create.json", Policy);
        Write("gateway.json", GatewayFile.Minimal.Replace("\"create\": {}", "\"create\": { \"Methods\": [\"DELETE\"] }").Insert(1, """ "Include": ["presets/create.json"], """));

        Assert.Equal(["DELETE"], Load().Policies["create"].Methods);
    }

    [Fact]
    public void A_later_include_lies_over_an_earlier_one_and_includes_may_include()
    {
        Write("presets/create.json", """{ "Include": ["base.json"], "Cache": { "MaxAge": "2m" } }""");
        Write("presets/base.json", """{ "Cache": { "MaxAge": "3m", "MaxSize": "1MB" }, "Shutdown": { "Grace": "1s" } }""");
        Write("presets/last.json", """{ "Shutdown": { "Grace": "2s" } }""");
        Write("gateway.json", GatewayFile.Minimal.Insert(1, """ "Include": ["presets/create.json", "presets/last.json"], """));

        var snapshot = Load();

        Assert.Equal((TimeSpan.FromMinutes(2), 1L << 20, TimeSpan.FromSeconds(2)), (snapshot.Cache.MaxAge, snapshot.Cache.MaxBytes, snapshot.Shutdown.Grace));
    }

    [Fact]
    public void A_mistake_in_an_included_file_is_told_with_its_name_and_line()
    {
        Write("presets/create.json", "{\n  \"Cache\": {\n    \"MaxAge\": \"never\"\n  }\n}");
        Assert.Equal(("Cache:MaxAge", $"{Path.Combine("presets", "create.json")}, line 3"), OnlyProblem());
    }

    [Fact]
    public void Text_that_is_not_json_is_told_with_the_included_files_name()
    {
        Write("presets/create.json", "{\n  \"Cache\"\n}");
        Assert.Equal(($"{Path.Combine(_file.Folder, "presets", "create.json")}:3:1", null), OnlyProblem());
    }

    [Fact]
    public void A_file_that_is_not_there_is_told_where_it_is_included()
    {
        Assert.Equal(("Include:0", "line 1"), OnlyProblem());
    }

    [Fact]
    public void A_file_that_includes_itself_is_refused()
    {
        Write("presets/create.json", "{\n\"Include\": [\"../gateway.json\"] }");

        var problem = Assert.Single(Assert.IsType<SnapshotResult.Invalid>(_file.Load()).Problems);

        Assert.Equal("includes itself: gateway.json > create.json > gateway.json. Remove one of these lines.", problem.Message);
        Assert.Equal($"{Path.Combine("presets", "create.json")}, line 2", problem.Origin);
    }

    [Theory]
    [InlineData("\"presets/create.json\"")]
    [InlineData("[null]")]
    [InlineData("[\"\"]")]
    [InlineData("[{}]")]
    public void What_is_no_list_of_names_is_refused(string include)
    {
        Write("gateway.json", GatewayFile.Minimal.Insert(1, $" \"Include\": {include}, "));
        Assert.StartsWith("Include", OnlyProblem().Path, StringComparison.Ordinal);
    }

    [Fact]
    public void Include_is_read_from_files_only()
    {
        Write("presets/create.json", Policy);
        Assert.Contains(Assert.IsType<SnapshotResult.Invalid>(_file.Load(null, "--Include:1=x.json")).Problems, p => p.Message.StartsWith("can only be set in a file", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_file_that_was_looked_for_is_known_for_watching()
    {
        Assert.Equal(["gateway.json", "create.json"], _file.Load().Files.Select(f => Path.GetFileName(f.Path)));
        Assert.Equal([false, true], _file.Load().Files.Select(f => f.Digest is null));
    }

    [Fact]
    public void Comments_and_spelling_do_not_change_the_revision_and_values_do()
    {
        Write("presets/create.json", Policy);
        var before = Load().Revision;
        Write("presets/create.json", "// the same\n" + Policy);
        Assert.Equal(before, Load().Revision);
        Write("presets/create.json", Policy.Replace("20s", "21s"));
        Assert.NotEqual(before, Load().Revision);
    }

    [Fact]
    public void A_name_that_stands_twice_in_one_file_is_a_mistake()
    {
        Write("gateway.json", GatewayFile.Minimal.Insert(1, " \"Cache\": {},\n \"cache\": {}, "));
        Assert.Contains("the second time in line 2", Assert.Single(Assert.IsType<SnapshotResult.Invalid>(_file.Load()).Problems).Message, StringComparison.Ordinal);
    }

    private GatewaySnapshot Load() => _file.Load() is SnapshotResult.Valid(var snapshot)
        ? snapshot
        : throw new InvalidOperationException(string.Join('\n', GatewayFile.Problems(_file.Load())));

    private (string Path, string? Origin) OnlyProblem()
    {
        var problem = Assert.Single(Assert.IsType<SnapshotResult.Invalid>(_file.Load()).Problems);
        return (problem.Path, problem.Origin);
    }

    private void Write(string name, string json)
    {
        var path = Path.Combine(_file.Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, json);
    }
}
