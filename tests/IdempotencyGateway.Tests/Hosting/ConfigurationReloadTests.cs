using System.Net;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Hosting;

public class ConfigurationReloadTests
{
    [Fact]
    public async Task An_edit_in_place_is_applied()
    {
        await using var reloading = await ReloadingGateway.StartAsync(ReloadingGateway.Json());
        var before = reloading.Snapshots.Current.Revision;

        ReloadingGateway.Overwrite(reloading.File, ReloadingGateway.Json(path: "/elsewhere/{**rest}"));
        var report = await reloading.Reload(1);

        Assert.True(report.Applied);
        Assert.Same(report, reloading.Snapshots.LastReload);
        Assert.Equal(reloading.Snapshots.Current.Revision, report.Revision);
        Assert.NotEqual(before, report.Revision);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Created), (await Status(reloading, "/guarded/x"), await Status(reloading, "/elsewhere/x")));
    }

    [Fact]
    public async Task A_file_that_takes_the_old_ones_name_is_noticed()
    {
        await using var reloading = await ReloadingGateway.StartAsync(ReloadingGateway.Json());
        foreach (var count in Enumerable.Range(1, 3))
        {
            reloading.Replace(ReloadingGateway.Json(path: $"/v{count}/{{**rest}}"));
            Assert.True((await reloading.Reload(count)).Applied);
            Assert.Equal(HttpStatusCode.Created, await Status(reloading, $"/v{count}/x"));
        }
    }

    [Fact]
    public async Task The_links_of_a_mounted_config_map_are_followed()
    {
        string? folder = null;
        await using var reloading = await ReloadingGateway.StartAsync("", place: temporary =>
        {
            folder = temporary.Path;
            ConfigMap.Mount(folder, "..1", ReloadingGateway.Json());
            return temporary.File("gateway.json");
        });

        ConfigMap.Update(folder!, "..2", ReloadingGateway.Json(path: "/second/{**rest}"));
        Assert.True((await reloading.Reload(1)).Applied);
        ConfigMap.Update(folder!, "..3", ReloadingGateway.Json(path: "/third/{**rest}"));
        Assert.True((await reloading.Reload(2)).Applied);

        Assert.Equal(HttpStatusCode.Created, await Status(reloading, "/third/x"));
    }

    [Fact]
    public async Task An_included_file_is_watched_even_while_it_is_missing()
    {
        await using var reloading = await ReloadingGateway.StartAsync(ReloadingGateway.Json());
        var included = Path.Combine(Path.GetDirectoryName(reloading.File)!, "more.json");

        reloading.Replace(ReloadingGateway.Json(more: "\"Include\": [\"more.json\"],"));
        Assert.Equal("Include:0", Assert.Single((await reloading.Reload(1)).Problems).Path);
        ReloadingGateway.Overwrite(included, """{ "Problems": { "TypeBase": "https://example.com/problems" } }""");
        Assert.True((await reloading.Reload(2)).Applied);

        Assert.Equal("https://example.com/problems", reloading.Snapshots.Current.Problems.TypeBase);
    }

    /// <summary>Opening one waits for whoever writes into it, and nobody does.</summary>
    [Fact]
    public async Task A_named_pipe_in_a_files_place_is_refused_and_the_others_are_still_watched()
    {
        await using var reloading = await ReloadingGateway.StartAsync("", place: folder =>
        {
            ReloadingGateway.Overwrite(folder.File("more.json"), "{}");
            ReloadingGateway.Overwrite(folder.File("gateway.json"), ReloadingGateway.Json(more: "\"Include\": [\"more.json\"],"));
            return folder.File("gateway.json");
        });
        var included = Path.Combine(Path.GetDirectoryName(reloading.File)!, "more.json");

        await Tool.SucceedsAsync("mkfifo", [included + ".pipe"]);
        File.Move(included + ".pipe", included, overwrite: true);
        Assert.False((await reloading.Reload(1)).Applied);
        reloading.Replace(ReloadingGateway.Json(path: "/elsewhere/{**rest}"));

        Assert.True((await reloading.Reload(2)).Applied);
        Assert.Equal(HttpStatusCode.Created, await Status(reloading, "/elsewhere/x"));
    }

    [Fact]
    public async Task An_invalid_edit_keeps_the_old_one_and_is_loud_and_a_correction_is_noticed()
    {
        await using var reloading = await ReloadingGateway.StartAsync(ReloadingGateway.Json());
        var before = reloading.Snapshots.Current;

        reloading.Replace(ReloadingGateway.Json(lease: "soon", path: "/elsewhere/{**rest}"));
        var refused = await reloading.Reload(1);

        Assert.False(refused.Applied);
        Assert.Equal(before.Revision, refused.Revision);
        Assert.Equal(("Idempotency:Policies:p:Lease", "line 3"), (refused.Problems[0].Path, refused.Problems[0].Origin));
        Assert.Same(before, reloading.Snapshots.Current);
        Assert.Contains(reloading.Gateway.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("Policies:p:Lease (line 3)", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Created, await Status(reloading, "/guarded/x"));

        reloading.Replace(ReloadingGateway.Json(lease: "20s"));
        Assert.True((await reloading.Reload(2)).Applied);
        Assert.Equal(TimeSpan.FromSeconds(20), reloading.Snapshots.Current.Policies["p"].Lease);
    }

    /// <summary>ASP.NET Core resolves route constraints at the first request after a change, and an unknown constraint would make requests to all routes fail.</summary>
    [Fact]
    public async Task A_path_that_cannot_be_matched_fails_no_request()
    {
        await using var reloading = await ReloadingGateway.StartAsync(ReloadingGateway.Json());

        reloading.Replace(ReloadingGateway.Json(path: "/guarded/{id:uuid}"));
        var refused = await reloading.Reload(1);

        Assert.Equal("ReverseProxy:Routes:r:Match:Path", Assert.Single(refused.Problems).Path);
        Assert.Equal(HttpStatusCode.Created, await Status(reloading, "/guarded/x"));
    }

    [Fact]
    public async Task What_only_a_start_can_apply_is_told_and_the_rest_applies()
    {
        await using var reloading = await ReloadingGateway.StartAsync(ReloadingGateway.Json());

        reloading.Replace(ReloadingGateway.Json(lease: "20s", more: "\"Limits\": { \"BufferedBodies\": \"300MB\" }, \"Cache\": { \"MaxAge\": \"2m\" },"));
        var report = await reloading.Reload(1);

        Assert.Equal(["Cache", "Limits"], report.NeedRestart);
        Assert.Equal(TimeSpan.FromSeconds(20), reloading.Snapshots.Current.Policies["p"].Lease);
        Assert.Equal(256L << 20, reloading.Snapshots.Current.Limits.BufferedBodiesBytes);
        Assert.Contains(reloading.Gateway.Log.Lines, line => line.Contains("only after a restart: Cache, Limits", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"Caller\": { \"Scope\": \"None\" }")]
    [InlineData("\"Caller\": { \"Headers\": [\"x-tenant\"] }")]
    [InlineData("\"Caller\": { \"From\": [\"form:client_id\"] }")]
    [InlineData("\"Key\": { \"Per\": \"Operation\" }")]
    [InlineData("\"Key\": { \"From\": [\"json:/id\"] }")]
    [InlineData("\"Fingerprint\": { \"OnMismatch\": \"Separate\" }")]
    public async Task Where_records_have_other_names_from_now_on_it_is_told(string setting)
    {
        await using var reloading = await ReloadingGateway.StartAsync(ReloadingGateway.Json());

        reloading.Replace(ReloadingGateway.Json(lease: "20s"));
        Assert.Empty((await reloading.Reload(1)).Renamed);
        reloading.Replace(ReloadingGateway.Json().Replace("\"Lease\": \"30s\"", setting, StringComparison.Ordinal));
        var report = await reloading.Reload(2);

        Assert.True(report.Applied);
        Assert.Equal(["r"], report.Renamed);
        Assert.Contains(reloading.Gateway.Log.Lines, line => line.Contains("Routes r identify callers or keys differently", StringComparison.Ordinal));
    }

    /// <summary>The route id is part of the storage key, so a renamed route no longer finds its records.</summary>
    [Fact]
    public async Task A_guarded_route_that_gets_another_id_is_told()
    {
        await using var reloading = await ReloadingGateway.StartAsync(ReloadingGateway.Json());

        reloading.Replace(ReloadingGateway.Json(route: "other"));

        Assert.Equal(["r"], (await reloading.Reload(1)).Renamed);
    }

    [Fact]
    public async Task A_request_under_way_keeps_the_configuration_that_it_began_with()
    {
        var step = Step.AfterBody.Hang().Answer(201, "{}");
        await using var reloading = await ReloadingGateway.StartAsync(ReloadingGateway.Json(), step);

        var asking = reloading.Gateway.SendAsync("k-1", path: "/guarded/x");
        await (await reloading.Provider.Delivered(1)).Waiting;
        reloading.Replace(ReloadingGateway.Json(route: "other", path: "/other/{**rest}", policy: "q"));
        Assert.True((await reloading.Reload(1)).Applied);
        step.Release();
        using var answer = await asking;

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(["executed"], answer.Headers.GetValues("Idempotency-Status"));
    }

    private static async Task<HttpStatusCode> Status(ReloadingGateway reloading, string path)
    {
        using var answer = await reloading.Gateway.SendAsync(path, path: path);
        return answer.StatusCode;
    }
}
