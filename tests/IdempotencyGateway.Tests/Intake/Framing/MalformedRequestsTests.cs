using System.Collections.Concurrent;
using IdempotencyGateway.Tests.Testing;
using Xunit.Abstractions;

namespace IdempotencyGateway.Tests.Intake.Framing;

/// <summary>
/// Streams of spoiled requests, each on a connection of its own. Whatever a stream is, a strict reader says how many requests it has and where they end: the
/// gateway agrees, or refuses and closes. It never answers 500, never waits for what cannot come, and never lets the provider see anything else.
/// </summary>
public sealed class MalformedRequestsTests(ITestOutputHelper output)
{
    /// <summary>Streams to one gateway, before it has to stop without anything left behind.</summary>
    private const int Batch = 50_000;

    private const int FreshEvery = 16;

    /// <summary>At once: most of a conversation is waiting for the other side.</summary>
    private const int Conversations = 48;

    private const int MostDefects = 8;

    private static int Streams => LongForm.Or(4_000, 1_000_000);

    [Fact]
    public async Task Spoiled_requests_are_read_as_a_strict_reader_reads_them_or_refused()
    {
        var seed = LongForm.Seed(int.MaxValue - Streams);
        var seen = new ConcurrentDictionary<string, int>();
        for (var sent = 0; sent < Streams; sent += Batch)
            await SendAsync(seed + sent, Math.Min(Batch, Streams - sent), seen);

        output.WriteLine($"seeds from {seed}: " + string.Join(", ", seen.OrderByDescending(kind => kind.Value).Select(kind => $"{kind.Value} {kind.Key}")));
        // The harness sees both sides.
        Assert.True(seen["whole"] > Streams / 10 && seen["refused with 400"] > Streams / 10, "too few were answered, or too few refused");
    }

    private static async Task SendAsync(int firstSeed, int count, ConcurrentDictionary<string, int> seen)
    {
        await using var provider = await EchoingProvider.StartAsync();
        // All of it is one caller.
        await using var gateway = await GatewayUnderTest.StartAsync(
            provider.Address, setup => setup.Adjust = snapshot => snapshot with { Limits = new() { NewKeysPerCaller = int.MaxValue } });
        var legitimate = new ConcurrentDictionary<Echo, int>();
        var defects = new ConcurrentQueue<string>();

        await Parallel.ForEachAsync(Enumerable.Range(firstSeed, count), new ParallelOptions { MaxDegreeOfParallelism = Conversations }, async (seed, _) =>
        {
            var stream = MutatedStream.From(seed, $"{seed}");
            var reading = StrictReading.Of(stream.Bytes);
            foreach (var request in reading.Whole)
                legitimate[Echo.Of(request)] = seed;
            IReadOnlyList<PlainAnswer> answers = [];
            string? defect;
            try
            {
                answers = await Conversation.HoldAsync(gateway.Address, stream.Bytes, reading.End == StreamEnd.Malformed ? int.MaxValue : reading.Whole.Count);
                defect = Defect(stream, reading, answers);
            }
            catch (Exception e) when (e is OperationCanceledException or FormatException)
            {
                defect = e.Message;
            }
            if (defect is not null)
                defects.Enqueue(Explain(seed, stream, reading, answers, defect));
            Assert.True(defects.Count < MostDefects, string.Join('\n', defects));
            seen.AddOrUpdate(KindOf(reading, answers), 1, (_, times) => times + 1);
            if (seed % FreshEvery == 0)
            {
                var fresh = await gateway.PostAsync($"{seed}-fresh", body: "{}");
                if (fresh.Status != 200)
                    defects.Enqueue(Explain(seed, stream, reading, answers, $"a valid request on a fresh connection then got {fresh.Status}"));
                legitimate[new($"{seed}-fresh", "{}")] = seed;
            }
        });

        Assert.True(defects.IsEmpty, string.Join('\n', defects));
        await gateway.WhenIdleAsync();
        var smuggled = provider.Executed.Where(echo => !legitimate.ContainsKey(echo)).ToList();
        Assert.True(smuggled.Count == 0, $"reached the provider, and is no request of its stream (a key begins with its seed):\n  {string.Join("\n  ", smuggled)}");
    }

    private static string? Defect(MutatedStream stream, StrictReading reading, IReadOnlyList<PlainAnswer> answers)
    {
        for (var i = 0; i < answers.Count; i++)
        {
            if (answers[i].Status >= 500 && answers[i].Status is not (501 or 505))
                return $"answer {i} is {answers[i].Status}";
            if (answers[i].Status == 200 && answers[i].Complete && (i >= reading.Whole.Count || Echo.Of(answers[i]) != Echo.Of(reading.Whole[i])))
                return $"answer {i} belongs to another request: {Echo.Of(answers[i])}";
        }
        if (answers.Count > reading.Whole.Count + 1)
            return "more answers than requests";
        return stream.Spoiled == 0 && (answers.Count != reading.Whole.Count || answers.Any(answer => answer.Status != 200))
            ? "nothing is wrong with it, and not everything was answered"
            : null;
    }

    private static string KindOf(StrictReading reading, IReadOnlyList<PlainAnswer> answers) => answers switch
    {
        [] => "closed without a word",
        _ when answers.Count == reading.Whole.Count && answers.All(answer => answer.Status == 200) => "whole",
        [.., { Status: >= 400 } last] => $"refused with {last.Status}",
        _ => "partly answered, then closed",
    };

    private static string Explain(int seed, MutatedStream stream, StrictReading reading, IReadOnlyList<PlainAnswer> answers, string defect) =>
        $"seed {seed}: {defect}\n{reading.Whole.Count} requests, then {reading.End}; answers: {string.Join(", ", answers.Select(answer => answer.Status))}\n{stream.Bytes.Replace("\r", "\\r", StringComparison.Ordinal)}";
}
