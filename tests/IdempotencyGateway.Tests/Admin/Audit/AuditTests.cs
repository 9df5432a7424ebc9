using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Admin.Audit;

/// <summary>Every change that an operator attempts is written to the audit log first; if that fails, it is not made.</summary>
public sealed class AuditTests : AdminTest
{
    [Fact]
    public async Task A_change_leaves_two_lines_that_say_who_what_and_from_where_to_where()
    {
        var gateway = await StartLockedAsync();
        await DoubtAsync(gateway, "k");

        await PostAsync(gateway, $"/records/{gateway.StorageKeyOf("k")}/resolve", """{"outcome":"executed","status":201}""", Token);
        var lines = AuditOf(gateway);

        Assert.Equal(["begun", "applied"], StagesOf(lines));
        Assert.Equal(lines[0].GetProperty("id").GetGuid(), lines[1].GetProperty("id").GetGuid());
        Assert.All(lines, line =>
        {
            Assert.Equal(("ops", "127.0.0.1"), (line.GetProperty("who").GetString(), line.GetProperty("peer").GetString()));
            Assert.Equal("resolve executed", line.GetProperty("what").GetString());
            Assert.Equal(gateway.StorageKeyOf("k").ToString(), line.GetProperty("storageKey").GetString());
            Assert.Equal("in-doubt", line.GetProperty("before").GetString());
        });
        Assert.Equal("done", lines[1].GetProperty("after").GetString());
    }

    [Fact]
    public async Task A_refused_change_leaves_a_line_in_the_audit_log()
    {
        var gateway = await StartOpenAsync();
        await gateway.PostAsync("k");

        await PostAsync(gateway, $"/records/{gateway.StorageKeyOf("k")}/resolve", """{"outcome":"never-sent"}""");
        var line = Assert.Single(AuditOf(gateway));

        Assert.Equal(
            ("refused", "this machine", "resolve never-sent", "done", "not-in-doubt"),
            (line.GetProperty("stage").GetString(), line.GetProperty("who").GetString(), line.GetProperty("what").GetString(),
                line.GetProperty("before").GetString(), line.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task Without_an_audit_log_nothing_is_changed()
    {
        var gateway = await StartOpenAsync();
        await DoubtAsync(gateway, "k");
        Directory.CreateDirectory(gateway.Get<SnapshotSource>().Current.Admin.AuditFile);
        var record = $"/records/{gateway.StorageKeyOf("k")}";

        AssertRefused(await PostAsync(gateway, record + "/resolve", """{"outcome":"never-sent"}"""), 503, "audit-unavailable");
        AssertRefused(await AskAsync(gateway, HttpMethod.Delete, record), 503, "audit-unavailable");

        Assert.Equal(RecordState.Doubt, (await gateway.FindAsync("k"))!.State);
    }

    [Fact]
    public async Task A_line_cut_short_by_a_crash_does_not_swallow_the_next()
    {
        var gateway = await StartOpenAsync();
        var file = gateway.Get<SnapshotSource>().Current.Admin.AuditFile;
        await File.WriteAllTextAsync(file, "{\"time\":\"20");

        await AskAsync(gateway, HttpMethod.Delete, $"/records/{gateway.StorageKeyOf("k")}");

        var lines = await File.ReadAllLinesAsync(file);
        Assert.Equal(2, lines.Length);
        Assert.Equal("{\"time\":\"20", lines[0]);
        Assert.Contains("\"stage\":\"refused\"", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("}\n", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_at_once_get_a_line_each()
    {
        var gateway = await StartOpenAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => AskAsync(gateway, HttpMethod.Delete, $"/records/{gateway.StorageKeyOf($"k-{i}")}")));

        Assert.Equal(20, AuditOf(gateway).Select(line => line.GetProperty("storageKey").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Only_its_owner_can_read_the_audit_log()
    {
        var gateway = await StartOpenAsync();
        await AskAsync(gateway, HttpMethod.Delete, $"/records/{gateway.StorageKeyOf("k")}");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(gateway.Get<SnapshotSource>().Current.Admin.AuditFile));
    }
}
