using System.Collections.Concurrent;
using System.Diagnostics;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Intake;

/// <summary>A flood of large bodies is stopped by the memory budget before it exhausts the machine's memory.</summary>
public sealed class ManyLargeBodiesTests : ExchangeTest
{
    private const int Clients = 2_000;
    private const int Megabyte = 1024 * 1024;
    private const int BudgetInBodies = 64;

    [Fact]
    public async Task Two_thousand_bodies_at_once_stay_within_the_budget_and_each_client_has_its_answer()
    {
        // No minimum rate for bodies: on a busy machine these clients would fall below it.
        var limits = new LimitsSnapshot { BufferedBodiesBytes = BudgetInBodies * Megabyte, BodyPace = new() { BytesPerSecond = 0 } };
        var gateway = await StartAsync(setup => setup.Adjust = snapshot => snapshot with { Limits = limits });
        var body = new byte[Megabyte];
        var answers = new ConcurrentDictionary<string, Answer>(StringComparer.Ordinal);
        var most = 0L;
        var before = Process.GetCurrentProcess().WorkingSet64;

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => Task.Run(async () =>
        {
            answers[$"k-{i}"] = await AskAsync(gateway, $"k-{i}", body);
            InterlockedMax(ref most, gateway.BodyBytes);
        })));
        var grown = Process.GetCurrentProcess().WorkingSet64 - before;

        var executed = answers.Where(answer => answer.Value.Status == 200).ToArray();
        var putOff = answers.Where(answer => answer.Value.Status == 503).ToArray();
        Assert.DoesNotContain(answers.Values, answer => answer.Status is not (200 or 503));
        Assert.Equal(Clients, answers.Count);
        Assert.All(executed, answer => Assert.Equal(1, Executions.DeliveriesFor(answer.Key)));
        Assert.All(putOff, answer => answer.Value.AssertProblem(GatewayProblem.OutOfMemory, answer.Key));
        Assert.All(putOff, answer => Assert.Equal(0, Executions.DeliveriesFor(answer.Key)));
        Assert.InRange(most, 1, BudgetInBodies * Megabyte);
        Assert.InRange(grown, long.MinValue, 1000L * Megabyte);
    }

    private static async Task<Answer> AskAsync(GatewayUnderTest gateway, string key, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/guarded/echo") { Content = new ByteArrayContent(body) };
        request.Headers.Add("x-api-key", "c");
        request.Headers.Add("Idempotency-Key", key);
        return await gateway.AskAsync(request);
    }

    private static void InterlockedMax(ref long most, long seen)
    {
        for (var known = Interlocked.Read(ref most); seen > known; known = Interlocked.Read(ref most))
            Interlocked.CompareExchange(ref most, seen, known);
    }
}
