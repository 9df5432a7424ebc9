using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Fleet;
using IdempotencyGateway.Tests.Testing.Redis;
using Xunit.Abstractions;

namespace IdempotencyGateway.Tests.Fleet;

/// <summary>Duplicates over several replicas: the first call and its retries may reach different ones.</summary>
public sealed class DuplicatesTests(ITestOutputHelper output) : FleetTest(output)
{
    private const int Duplicates = 500;
    private const int Clients = 16;

    private static int Keys => LongForm.Or(2_000, 10_000);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Five_hundred_duplicates_spread_over_the_fleet_are_one_execution_with_one_answer(int replicas)
    {
        await using var redis = await RedisProcess.StartAsync();
        await using var fleet = await GatewayFleet.StartAsync(replicas, Provider.Address, RedisStore(redis.Port), """ "InFlight": { "Timeout": "30s" } """);

        var answers = await Task.WhenAll(Enumerable.Range(0, Duplicates).Select(i => fleet[i % replicas].AskAsync("the-one")));

        Assert.Equal(1, Provider.Executions.Total);
        Assert.Single(answers, answer => answer.Outcome == FleetOutcome.Executed);
        Assert.Equal(Duplicates - 1, answers.Count(answer => answer.Outcome == FleetOutcome.Replayed));
        Assert.Single(answers.Select(answer => answer.Body).Distinct());
    }

    [Fact]
    public async Task Each_of_many_keys_sent_to_two_replicas_at_once_is_executed_once()
    {
        await using var redis = await RedisProcess.StartAsync("appendfsync everysec");
        await using var fleet = await GatewayFleet.StartAsync(2, Provider.Address, RedisStore(redis.Port));
        var load = new FleetLoad(fleet);

        await Parallel.ForEachAsync(Enumerable.Range(0, Keys), new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (number, _) =>
            Assert.All(await load.RaceAsync(number), answer => Assert.True(answer.IsRecorded, $"key-{number} is {answer.Outcome}")));

        AssertOnce(load);
        Assert.Equal(Keys, Provider.Executions.Total);
    }
}
