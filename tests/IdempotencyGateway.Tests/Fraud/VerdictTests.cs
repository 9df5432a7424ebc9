using System.Security.Cryptography;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Tests.Fraud;

/// <summary>What happens with a verdict: it is sent to the provider, kept with the record, and acted on.</summary>
public sealed class VerdictTests : FraudTest
{
    private static readonly Dictionary<RiskLevel, RiskAction> BlockElevated = new() { [RiskLevel.Elevated] = RiskAction.Block.Instance };

    [Theory]
    [InlineData("/guarded/session/")]
    [InlineData("/open/session/")]
    public async Task The_provider_is_told_on_guarded_and_on_open_routes(string path)
    {
        var gateway = await StartAsync(Profile(List()));

        await gateway.AskAsync(From(Quiet, "k-1", path: path));
        await gateway.AskAsync(From(Listed, "k-2", path: path));

        Assert.Equal([0, 40], Arrived.All.Select(seen => seen.Score));
        Assert.Null(Arrived.All[0]["Risk-Reasons"]);
        Assert.Equal("IP_LISTED;g=ip;w=40;list=\"listed\"", Arrived.All[1]["Risk-Reasons"]);
        Assert.Contains("level=elevated;action=allow;model=\"tested-model\"", Arrived.All[1]["Risk-Score"], StringComparison.Ordinal);
        Assert.Contains("ip.list=\"listed\"", Arrived.All[1]["Risk-Signals"], StringComparison.Ordinal);
        Assert.EndsWith("degraded=?0", Arrived.All[1]["Risk-Score"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_verdict_is_kept_with_the_record_and_told_again_after_a_restart()
    {
        var first = await StartAsync(Profile(List()), setup => setup.Folder = Folder);
        await first.AskAsync(From(Listed, "k"));
        var kept = VerdictIn(RecordCodec.Decode((await first.FindAsync("k"))!.Response));
        await StopAsync(first);
        // The address leaves the list, but a replay repeats the recorded verdict.
        await File.WriteAllTextAsync(ListFile, "");
        var second = await StartAsync(Profile(List()), setup => setup.Folder = Folder);

        var replay = await second.AskAsync(From(Listed, "k"));

        Assert.Equal(GuardedHeaders.FromRecord, replay.Source);
        Assert.Equal(40, kept!.Score);
        Assert.Equal(1, Arrived.Count);
        Assert.Contains(second.Log.Lines, line => line.Contains("guarded replayed 201", StringComparison.Ordinal) && line.Contains("risk 40 elevated", StringComparison.Ordinal));
    }

    /// <summary>Answers over the cap, kept as a digest, or in doubt cannot be replayed, but the verdict is repeated all the same, from memory and from the store.</summary>
    [Theory]
    [InlineData(true, false, "guarded not_retained")]
    [InlineData(false, false, "guarded not_retained")]
    [InlineData(false, true, "guarded in_doubt")]
    public async Task A_record_that_has_no_answer_keeps_the_verdict(bool isTooLarge, bool breaksOff, string line)
    {
        Answer = async context =>
        {
            if (breaksOff)
                context.Abort();
            else
                await context.Response.WriteAsync(new string('x', 100));
        };
        void Configure(GatewaySetup setup)
        {
            setup.Folder = Folder;
            setup.Policy = setup.Policy with { Record = isTooLarge ? new() { MaxBodyBytes = 10 } : new() { Body = RecordBody.HashOnly } };
        }
        var first = await StartAsync(Profile(List()), Configure);
        await first.AskAsync(From(Listed, "k"));
        await first.AskAsync(From(Listed, "k"));
        var kept = RecordCodec.Decode((await first.FindAsync("k"))!.Response).ScoredAs;
        await StopAsync(first);
        var second = await StartAsync(Profile(List()), Configure);

        await second.AskAsync(From(Listed, "k"));

        Assert.Equal(40, kept!.Score);
        Assert.Equal(1, Arrived.Count);
        // A request is logged after its answer.
        foreach (var log in (CapturedLog[])[first.Log, second.Log])
        {
            await Eventually.TrueAsync($"the log has \"{line}\" with its verdict", () =>
                Task.FromResult(log.Lines.Any(told => told.Contains(line, StringComparison.Ordinal) && told.Contains("risk 40 elevated", StringComparison.Ordinal))));
        }
    }

    [Fact]
    public async Task The_client_is_told_nothing()
    {
        var gateway = await StartAsync(Profile(List()));

        var answer = await gateway.AskAsync(From(Listed, "k"));

        Assert.DoesNotContain(answer.Headers, field => field.Name.StartsWith("Risk", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task What_is_blocked_is_not_recorded_and_runs_once_when_it_is_let_through_later()
    {
        var gateway = await StartAsync(Profile(List()) with { Actions = BlockElevated });

        var blocked = await gateway.AskAsync(From(Listed, "k"));
        var record = await gateway.FindAsync("k");
        var allowed = await gateway.AskAsync(From(Quiet, "k"));
        var replay = await gateway.AskAsync(From(Listed, "k"));

        var problem = blocked.AssertProblem(GatewayProblem.Blocked, "k");
        Assert.DoesNotContain("list", problem.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Null(record);
        Assert.Equal((201, GuardedHeaders.Executed), (allowed.Status, allowed.Source));
        Assert.Equal((201, GuardedHeaders.FromRecord), (replay.Status, replay.Source));
        Assert.Equal(1, Arrived.Count);
    }

    [Fact]
    public async Task What_is_blocked_after_an_earlier_attempt_was_sent_is_not_told_that_nothing_was()
    {
        var gateway = await StartAsync(Profile(List()) with { Actions = BlockElevated }, setup => setup.Policy = setup.Policy with { OnUnknown = OnUnknown.ForwardAgain });
        Answer = static context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        var broken = await gateway.AskAsync(From(Quiet, "k"));
        Answer = static _ => Task.CompletedTask;

        var blocked = await gateway.AskAsync(From(Listed, "k"));
        var state = (await gateway.FindAsync("k"))!.State;
        var allowed = await gateway.AskAsync(From(Quiet, "k"));

        broken.AssertProblem(GatewayProblem.OutcomeUnknown, "k", status: 502, retryable: true);
        blocked.AssertProblem(GatewayProblem.OutcomeUnknown, "k", retryable: true);
        Assert.Equal(RecordState.Doubt, state);
        Assert.Equal((200, GuardedHeaders.Executed), (allowed.Status, allowed.Source));
        Assert.Equal(2, Arrived.Count);
    }

    [Fact]
    public async Task A_list_may_block_by_itself_and_another_may_let_pass()
    {
        var never = Folder.File("always.netset");
        await File.WriteAllTextAsync(never, "192.0.2.10\n");
        var gateway = await StartAsync(Profile(List(FraudListUse.Block), new("friends", never, FraudListUse.Allow)));

        (await gateway.AskAsync(From(Listed, "k-1"))).AssertProblem(GatewayProblem.Blocked, "k-1");
        await gateway.AskAsync(From(Quiet, "k-2"));

        Assert.Equal(0, Assert.Single(Arrived.All).Score);
        Assert.Contains("ALLOW_LISTED", Arrived.All[0]["Risk-Reasons"], StringComparison.Ordinal);
        Assert.Contains(gateway.Log.Lines, line => line.Contains("risk 100 critical", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_open_route_blocks_too()
    {
        var gateway = await StartAsync(Profile(List(FraudListUse.Block)));

        (await gateway.AskAsync(From(Listed, null, path: "/open/session/"))).AssertProblem(GatewayProblem.Blocked, null);

        Assert.Equal(0, Arrived.Count);
    }

    [Fact]
    public async Task A_dry_run_scores_and_changes_nothing()
    {
        var gateway = await StartAsync(Profile(List(weight: 60)) with { DryRun = true, Actions = new Dictionary<RiskLevel, RiskAction> { [RiskLevel.High] = RiskAction.Block.Instance } });

        var answer = await gateway.AskAsync(From(Listed, "k"));

        Assert.Equal(201, answer.Status);
        Assert.Empty(Assert.Single(Arrived.All).RiskNames);
        Assert.Contains(gateway.Log.Lines, line => line.Contains("risk 60 high", StringComparison.Ordinal));
    }

    /// <summary>In a dry run none of the profile's measures may stop or redirect the request.</summary>
    [Fact]
    public async Task A_dry_run_lets_pass_who_is_on_a_list_that_blocks_while_a_source_is_missing()
    {
        var gateway = await StartAsync(Profile(List(FraudListUse.Block), new("gone", Folder.File("gone"), FraudListUse.Score)) with { DryRun = true, OnDegraded = OnDegraded.Block });

        foreach (var path in (string[])["/guarded/session/", "/open/session/"])
            Assert.Equal(201, (await gateway.AskAsync(From(Listed, "k", path: path))).Status);

        Assert.All(Arrived.All, seen => Assert.Empty(seen.RiskNames));
        Assert.Contains(gateway.Log.Lines, line => line.Contains("risk 100 critical", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_signature_proves_that_the_fields_are_the_gateway_s()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var clock = new ManualTimeProvider();
        var gateway = await StartAsync(Profile(List()) with { SignWith = new("risk-key", key) }, setup => setup.Clock = clock);

        await gateway.AskAsync(From(Listed, "k"));

        var seen = Assert.Single(Arrived.All);
        var signature = seen["Risk-Signature"]!;
        var at = long.Parse(signature.Split(',')[0]["t=".Length..], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains($";at={at};", seen["Risk-Score"], StringComparison.Ordinal);
        var fields = new RiskFields(seen["Risk-Score"]!, seen["Risk-Reasons"]!, seen["Risk-Signals"]!);
        Assert.Equal(RiskSignature.Sign(fields, DateTimeOffset.FromUnixTimeSeconds(at), key, "risk-key"), signature);
    }

    [Theory]
    [InlineData("/guarded/session/")]
    [InlineData("/open/session/")]
    public async Task A_level_may_lead_to_another_cluster_and_nowhere_else(string path)
    {
        await using var watched = await KestrelProvider.StartAsync(static context => context.Response.WriteAsync("watched"));
        var gateway = await StartAsync(
            Profile(List()) with { Actions = new Dictionary<RiskLevel, RiskAction> { [RiskLevel.Elevated] = new RiskAction.Route("watched") } },
            setup =>
            {
                var adjust = setup.Adjust;
                setup.Adjust = snapshot => adjust(snapshot) with { Clusters = [.. snapshot.Clusters, ClusterOf("watched", watched.Address)] };
            });

        await gateway.AskAsync(From(Quiet, "k-1", path: path));
        var risky = await gateway.AskAsync(From(Listed, "k-2", path: path));

        Assert.Equal("watched", risky.Text);
        Assert.Equal((1, 1), (Arrived.Count, watched.Requests.Count));
        if (path.StartsWith("/guarded", StringComparison.Ordinal))
            Assert.Equal("watched/only", (await gateway.FindAsync("k-2"))!.Destination);
    }

    [Fact]
    public async Task What_was_sent_to_the_other_cluster_and_is_in_doubt_is_sent_again_there_whatever_it_scores_now()
    {
        var calls = 0;
        await using var watched = await KestrelProvider.StartAsync(context =>
        {
            if (Interlocked.Increment(ref calls) == 1)
                context.Abort();
            return Task.CompletedTask;
        });
        var gateway = await StartAsync(
            Profile(List()) with { Actions = new Dictionary<RiskLevel, RiskAction> { [RiskLevel.Elevated] = new RiskAction.Route("watched") } },
            setup =>
            {
                setup.Policy = setup.Policy with { OnUnknown = OnUnknown.ForwardAgain };
                var adjust = setup.Adjust;
                setup.Adjust = snapshot => adjust(snapshot) with { Clusters = [.. snapshot.Clusters, ClusterOf("watched", watched.Address)] };
            });

        var broken = await gateway.AskAsync(From(Listed, "k"));
        var again = await gateway.AskAsync(From(Quiet, "k"));

        Assert.Equal(502, broken.Status);
        Assert.Equal((200, GuardedHeaders.Executed), (again.Status, again.Source));
        Assert.Equal((0, 2), (Arrived.Count, calls));
    }

    private static ClusterConfig ClusterOf(string name, Uri address) => new()
    {
        ClusterId = name,
        Destinations = new Dictionary<string, DestinationConfig> { ["only"] = new() { Address = address.ToString() } },
    };
}
