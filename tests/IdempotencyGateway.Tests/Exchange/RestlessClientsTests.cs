using System.Collections.Concurrent;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Exchange;

/// <summary>
/// Many clients that share few keys and disconnect at random, in front of a provider that fails at random: each key reaches the provider once, all clients that stay
/// get the same answer, and the record agrees with it.
/// </summary>
public sealed class RestlessClientsTests : ExchangeTest
{
    private const int ClientsPerKey = 6;
    private const int AtOnce = 24;

    private static readonly Func<string, Step>[] Answers =
    [
        body => Step.AfterBody.Answer(201, body),
        body => Step.AfterBody.AnswerChunked(201, body),
        body => Step.AfterBody.Interim(103).Answer(201, body, new Field("Connection", "close")).Close(),
        body => Step.AfterHead.Answer(201, body),
        body => Step.AfterBody.AnswerPart(201, body, 1).Close(),
        body => Step.AfterBody.AnswerUntilClose(201, body),
        _ => Step.AfterHead.Close(),
        _ => Step.AfterBody.Close(),
        _ => Step.AfterBody.Reset(),
    ];

    private enum Mood
    {
        Stays,
        LeavesAtOnce,
        LeavesInsideTheBody,
        ClosesItsSide,
        SendsInPieces,
    }

    [Fact]
    public async Task Each_key_reaches_the_provider_once_and_all_are_told_the_same()
    {
        var seed = LongForm.Seed();
        var random = new Random(seed);
        var keys = Enumerable.Range(0, LongForm.Or(60, 2_000)).Select(i => $"k-{i}").ToArray();
        var script = keys.Select((_, i) => Answers[random.Next(Answers.Length)]($"answer {i}")).ToArray();
        var visits = keys.SelectMany(key => Enumerable.Repeat(key, ClientsPerKey), (key, _) => (Key: key, Mood: (Mood)random.Next(Enum.GetValues<Mood>().Length), At: random.NextDouble())).ToArray();
        await using var provider = ScriptedProvider.Start(script);
        var gateway = await StartBeforeAsync(provider.Address);
        var told = new ConcurrentBag<(string Key, string What)>();

        await Parallel.ForEachAsync(visits, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (visit, _) =>
        {
            if (await VisitAsync(gateway, visit.Key, visit.Mood, visit.At) is { } answer)
                told.Add((visit.Key, answer));
        });
        await gateway.WhenIdleAsync();
        foreach (var key in keys)
            told.Add((key, (await VisitAsync(gateway, key, Mood.Stays, at: 0))!));

        var about = $"seed {seed}";
        var deliveries = provider.Deliveries.CountBy(delivery => delivery.Headers["Idempotency-Key"]!).ToArray();
        Assert.True(deliveries.Length == keys.Length && deliveries.All(each => each.Value == 1), about);
        foreach (var key in keys)
        {
            var said = told.Where(each => each.Key == key).Select(each => each.What).Distinct().ToArray();
            Assert.True(said.Length == 1, $"{about}, {key}: {string.Join(" | ", said)}");
            Assert.True((await gateway.FindAsync(key))!.State == (said[0] == GatewayProblem.OutcomeUnknown.Code ? RecordState.Doubt : RecordState.Done), $"{about}, {key}");
        }
    }

    /// <param name="at">The point of the body, from 0 (its end) to 1 (its beginning), at which the client leaves or splits the request.</param>
    /// <returns>The provider's body or the code of the gateway's problem; null if the client did not read the answer.</returns>
    private static async Task<string?> VisitAsync(GatewayUnderTest gateway, string key, Mood mood, double at)
    {
        var request = RawClient.Request("POST", "/guarded/session/", GatewayUnderTest.SessionBody, new("x-api-key", "caller-1"), new("Idempotency-Key", key));
        using var client = await RawClient.Connect(gateway.Address);
        if (mood is Mood.LeavesInsideTheBody or Mood.SendsInPieces)
        {
            var cut = request.Length - 1 - (int)(at * GatewayUnderTest.SessionBody.Length);
            await client.Send(request[..cut]);
            request = request[cut..];
        }
        if (mood != Mood.LeavesInsideTheBody)
            await client.Send(request);
        if (mood is Mood.LeavesAtOnce or Mood.LeavesInsideTheBody)
            client.Reset();
        if (mood == Mood.ClosesItsSide)
            client.HalfClose();
        if (mood is not (Mood.Stays or Mood.SendsInPieces))
            return null;
        var answer = await client.ReadAnswer() ?? throw new InvalidOperationException($"{key}: the gateway gave no answer");
        return answer.Status == 201 ? answer.Text : Answer.From(answer).Json.GetProperty("code").GetString();
    }
}
