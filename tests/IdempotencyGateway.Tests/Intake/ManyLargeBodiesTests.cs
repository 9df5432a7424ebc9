using System.Collections.Concurrent;
using System.Diagnostics;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Intake;

/// <summary>A flood of large bodies meets the budget, not the machine's memory.</summary>
public sealed class ManyLargeBodiesTests : ExchangeTest
{
    private const int Clients = 2_000;
    private const int Megabyte = 1024 * 1024;
    private const int BudgetInBodies = 64;

    [Fact]
    public async Task Two_thousand_bodies_at_once_stay_within_the_budget_and_none_is_executed_twice()
    {
        // A machine that is slow itself makes every client of this test a slow one: the pace has tests of its own.
        var limits = new LimitsSnapshot { BufferedBodiesBytes = BudgetInBodies * Megabyte, BodyPace = new() { BytesPerSecond = 0 } };
        var gateway = await StartAsync(setup => setup.Adjust = snapshot => snapshot with { Limits = limits });
        var body = new byte[Megabyte];
        var answers = new ConcurrentDictionary<string, Answer?>(StringComparer.Ordinal);
        var most = 0L;
        var before = Process.GetCurrentProcess().WorkingSet64;

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => Task.Run(async () =>
        {
            answers[$"k-{i}"] = await AskAsync(gateway, $"k-{i}", body);
            InterlockedMax(ref most, gateway.BodyBytes);
        })));
        var grown = Process.GetCurrentProcess().WorkingSet64 - before;

        var executed = answers.Where(answer => answer.Value?.Status == 200).ToArray();
        var putOff = answers.Where(answer => answer.Value?.Status == 503).ToArray();
        var brokenOff = answers.Where(answer => answer.Value is null).ToArray();
        Assert.Equal(Clients, executed.Length + putOff.Length + brokenOff.Length);
        Assert.All(executed, answer => Assert.Equal(1, Executions.DeliveriesFor(answer.Key)));
        Assert.All(putOff, answer => answer.Value!.AssertProblem(GatewayProblem.OutOfMemory, answer.Key));
        Assert.All(putOff.Concat(brokenOff), answer => Assert.Equal(0, Executions.DeliveriesFor(answer.Key)));
        Assert.True(brokenOff.Length <= Clients / 4, $"{brokenOff.Length} clients got no answer");
        Assert.InRange(most, 1, BudgetInBodies * Megabyte);
        Assert.InRange(grown, long.MinValue, 1000L * Megabyte);
    }

    /// <returns>Null for a client that was still sending when its connection ended: no connection goes on behind a body that was not read, so some lose their 503.</returns>
    private static async Task<Answer?> AskAsync(GatewayUnderTest gateway, string key, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/guarded/echo") { Content = new ByteArrayContent(body) };
        request.Headers.Add("x-api-key", "c");
        request.Headers.Add("Idempotency-Key", key);
        try
        {
            return await gateway.AskAsync(request);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static void InterlockedMax(ref long most, long seen)
    {
        for (var known = Interlocked.Read(ref most); seen > known; known = Interlocked.Read(ref most))
            Interlocked.CompareExchange(ref most, seen, known);
    }
}
