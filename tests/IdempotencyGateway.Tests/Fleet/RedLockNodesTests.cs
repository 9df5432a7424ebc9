using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Fleet;
using IdempotencyGateway.Tests.Testing.RedLock;
using IdempotencyGateway.Tests.Testing.Redis;
using Xunit.Abstractions;

namespace IdempotencyGateway.Tests.Fleet;

/// <summary>Two of five RedLock nodes at a time are killed or paused at random and return in random order.</summary>
public sealed class RedLockNodesTests(ITestOutputHelper output) : FleetTest(output)
{
    private const int Clients = 6;
    private const int RequestsPerRound = 60;

    private static int Rounds => LongForm.Or(6, 60);

    [Fact]
    public async Task No_key_is_executed_twice_and_the_fleet_goes_on()
    {
        await using var authority = await RedisProcess.StartAsync("appendfsync everysec");
        await using var nodes = await RedisNodes.StartAsync(5);
        var addresses = string.Join(", ", Enumerable.Range(0, nodes.Count).Select(i => $"\"127.0.0.1:{nodes[i].Port}\""));
        await using var fleet = await GatewayFleet.StartAsync(2, Provider.Address, $$"""
            "Kind": "RedLock",
            "Redis": { "Endpoints": ["127.0.0.1:{{authority.Port}}"], "OperationTimeout": "3s" },
            "RedLock": { "Nodes": [{{addresses}}], "Timeout": "500ms" }
            """, ShortLease);
        var load = new FleetLoad(fleet);

        await load.RunAsync(Clients, async () =>
        {
            for (var round = 0; round < Rounds; round++)
                await BreakAndMendAsync(nodes);
            await DeliveredAsync(1).OrGiveUp();
        });

        await AssertHeldAsync(fleet, load);
    }

    private async Task BreakAndMendAsync(RedisNodes nodes)
    {
        var mend = new List<Func<Task>>();
        foreach (var node in Enumerable.Range(0, nodes.Count).OrderBy(_ => Random.Next()).Take(nodes.Minority).ToArray())
        {
            var kill = Random.Next(2) == 0;
            await (kill ? nodes[node].KillAsync() : nodes[node].PauseAsync());
            mend.Add(kill ? nodes[node].RestartAsync : nodes[node].ResumeAsync);
        }
        await DeliveredAsync(RequestsPerRound).OrGiveUp();
        foreach (var repair in mend.OrderBy(_ => Random.Next()))
            await repair();
    }
}
