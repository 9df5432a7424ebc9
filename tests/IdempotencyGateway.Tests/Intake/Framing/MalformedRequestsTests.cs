using System.Collections.Concurrent;
using IdempotencyGateway.Tests.Testing;
using Xunit.Abstractions;

namespace IdempotencyGateway.Tests.Intake.Framing;

/// <summary>
/// Fuzzing of HTTP/1.1 framing: byte streams of mutated requests, one per connection. A strict reader determines the requests in each stream; the gateway must
/// agree with it, or refuse and close. It must never answer 500, wait for bytes that cannot come, or forward anything else to the provider.
/// </summary>
public sealed class MalformedRequestsTests(ITestOutputHelper output)
{
    /// <summary>Streams per gateway. After each batch the gateway is stopped and checked for leaks.</summary>
    private const int Batch = 50_000;

    private const int FreshEvery = 16;

    /// <summary>Concurrent connections. There can be many, because a connection mostly waits for its peer.</summary>
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
        // The fuzzing must produce both valid and refused streams.
        Assert.True(seen["whole"] > Streams / 10 && seen["refused with 400"] > Streams / 10, "too few streams were answered, or too few refused");
    }

    private static async Task SendAsync(int firstSeed, int count, ConcurrentDictionary<string, int> seen)
    {
        await using var provider = await EchoingProvider.StartAsync();
        // All requests have the same caller, so its limit of new keys is lifted.
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
        Assert.True(smuggled.Count == 0, $"these reached the provider, but are not requests of their stream (a key begins with its seed):\n  {string.Join("\n  ", smuggled)}");
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
