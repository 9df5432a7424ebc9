using System.Globalization;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Fleet;
using IdempotencyGateway.Tests.Testing.Redis;
using Xunit.Abstractions;

namespace IdempotencyGateway.Tests.Fleet;

/// <summary>
/// The master dies while replication to its replica is stalled, and the replica is promoted. One gateway sends requests before the failover; another one,
/// without in-memory copies, gets the same keys afterwards.
/// </summary>
public sealed class StalledReplicationTests(ITestOutputHelper output) : FleetTest(output)
{
    private const int Before = 100;
    private const int During = 300;
    private const int Clients = 32;

    private readonly ITestOutputHelper _output = output;

    private static int Failovers => LongForm.Or(1, 10);

    [Fact]
    public async Task With_one_durable_replica_no_permission_is_granted_twice()
    {
        for (var round = 1; round <= Failovers; round++)
        {
            var refused = await FailOverAsync($"{round}", """ , "Durability": { "Replicas": 1, "Timeout": "200ms" } """, stallAfter: Random.Next(1, During / 2));

            _output.WriteLine($"seed {Seed}: {refused} of {During} keys were refused because the link stalled; {Provider.Executions.Total} executions so far");
            Assert.True(refused > 0, $"seed {Seed}: the link did not stall");
            Assert.True(Provider.Executions.MostExecuted() == 1, $"seed {Seed}: a key was executed {Provider.Executions.MostExecuted()} times");
        }
    }

    /// <summary>Shows why the setting exists. Without it double execution is possible but not certain, so the test only prints the count.</summary>
    [Fact]
    public async Task Without_durable_replicas_what_the_master_granted_during_the_stall_is_granted_again()
    {
        await FailOverAsync("1", durability: "", stallAfter: 0);

        var twice = Provider.Executions.Total - Provider.Executions.LabelCount;
        _output.WriteLine($"without Durability:Replicas {twice} of {During} keys sent during the stall were executed twice");
    }

    /// <param name="stallAfter">How many requests of the second batch reach the provider before replication stalls.</param>
    /// <returns>How many keys were refused before the failover.</returns>
    private async Task<int> FailOverAsync(string keys, string durability, int stallAfter)
    {
        await using var master = await RedisProcess.StartAsync("repl-diskless-sync-delay 0", "appendfsync everysec");
        await using var link = new TcpRelay(master.Port);
        await using var replica = await RedisProcess.StartAsync(
            string.Create(CultureInfo.InvariantCulture, $"replicaof 127.0.0.1 {link.Port}"), "repl-diskless-sync-delay 0", "appendfsync everysec");
        await using var second = await RedisProcess.StartAsync("appendfsync everysec");
        await IsReplicatedAsync(master);
        await using var front = new TcpRelay(master.Port);
        await using var fleet = await GatewayFleet.StartAsync(2, Provider.Address, RedisStore(front.Port, durability), ShortLease);
        var load = new FleetLoad(fleet);

        var before = await ForAllAsync(0, Before, number => fleet[0].AskAsync($"{keys}/{number}"));
        Assert.All(before, answer => Assert.True(answer.IsAnswered, $"{answer.Outcome}"));
        var stall = StallAsync(link, DeliveredAsync(stallAfter));
        var during = await ForAllAsync(Before, During, number => fleet[0].AskAsync($"{keys}/{number}"));
        await stall.OrGiveUp();

        await master.KillAsync();
        await fleet[0].Process.KillAsync();
        await replica.AskAsync("REPLICAOF", "NO", "ONE");
        await second.AskAsync("REPLICAOF", "127.0.0.1", replica.Port.ToString(CultureInfo.InvariantCulture));
        await IsReplicatedAsync(replica);
        await front.PointAtAsync(replica.Port);
        await ForAllAsync(0, Before + During, number => load.AskUntilFinalAsync($"{keys}/{number}", at: 1));
        return during.Count(answer => answer.Outcome == FleetOutcome.Refused);
    }

    private static async Task StallAsync(TcpRelay link, Task moment)
    {
        await moment;
        link.Stall();
    }

    private static async Task<FleetAnswer[]> ForAllAsync(int first, int count, Func<int, Task<FleetAnswer>> ask)
    {
        var answers = new FleetAnswer[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (i, _) => answers[i] = await ask(first + i));
        return answers;
    }

    private static Task IsReplicatedAsync(RedisProcess master) => Eventually.TrueAsync("the replica is online", async () =>
        ((string)(await master.AskAsync("INFO", "replication"))!).Contains("state=online", StringComparison.Ordinal));
}
