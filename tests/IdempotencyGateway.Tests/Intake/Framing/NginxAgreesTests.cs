using System.Collections.Concurrent;
using IdempotencyGateway.Tests.Testing;
using Xunit.Abstractions;

namespace IdempotencyGateway.Tests.Intake.Framing;

/// <summary>
/// Differential fuzzing: the same stream goes to the gateway directly and through nginx. The gateway must not see a request that nginx in front of it did not see, and both
/// ways must accept the same requests with the same bodies, up to the point where one of them refuses.
/// </summary>
public sealed class NginxAgreesTests(ITestOutputHelper output)
{
    private static int Streams => LongForm.Or(1_500, 100_000);

    [Fact]
    public async Task The_gateway_and_nginx_never_disagree_about_where_a_message_ends()
    {
        var firstSeed = LongForm.Seed(int.MaxValue - Streams);
        await using var provider = await EchoingProvider.StartAsync();
        // All requests have the same caller, so its limit of new keys is lifted.
        await using var gateway = await GatewayUnderTest.StartAsync(
            provider.Address, setup => setup.Adjust = snapshot => snapshot with { Limits = new() { NewKeysPerCaller = int.MaxValue } });
        await using var nginx = await NginxServer.StartAsync(gateway.Address);
        var agreed = new ConcurrentDictionary<string, int>();

        await Parallel.ForEachAsync(Enumerable.Range(firstSeed, Streams), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (seed, _) =>
        {
            var direct = MutatedStream.From(seed, Tag('d', seed));
            var reading = StrictReading.Of(direct.Bytes);
            var byGateway = Accepted(await Conversation.HoldAsync(
                gateway.Address, direct.Bytes, reading.End == StreamEnd.Malformed ? int.MaxValue : reading.Whole.Count));
            var byNginx = Accepted(await Conversation.HoldAsync(
                seed % 2 == 0 ? nginx.Careful : nginx.Trusting, MutatedStream.From(seed, Tag('n', seed)).Bytes, whole: null));

            var common = Math.Min(byGateway.Count, byNginx.Count);
            Assert.True(
                byGateway.Take(common).SequenceEqual(byNginx.Take(common)),
                $"seed {seed}: the gateway accepts {string.Join(", ", byGateway)}, through nginx {string.Join(", ", byNginx)}\n{direct.Bytes.Replace("\r", "\\r", StringComparison.Ordinal)}");
            agreed.AddOrUpdate($"{byGateway.Count} by the gateway, {byNginx.Count} through nginx", 1, (_, times) => times + 1);
        });

        await gateway.WhenIdleAsync();
        var seen = nginx.KeysSeen.Select(Echo.KeyOf).ToHashSet(StringComparer.Ordinal);
        var hidden = provider.Executed.Where(echo => echo.Key.StartsWith('n') && !seen.Contains(echo.Key)).ToList();
        output.WriteLine($"seeds from {firstSeed}: " + string.Join("; ", agreed.OrderBy(kind => kind.Key).Select(kind => $"{kind.Key}: {kind.Value}")));
        Assert.True(hidden.Count == 0, $"these reached the provider, but nginx did not see them (a key contains its seed):\n  {string.Join("\n  ", hidden)}");
        Assert.True(agreed.Any(kind => kind.Key.StartsWith('4') && kind.Value > 0), "no stream was accepted as a whole");
    }

    /// <summary>
    /// The key prefix of a stream on one way. Any two prefixes differ in more than one byte, so that a mutated key cannot become a valid key of another stream, which would then get a 422.
    /// </summary>
    private static string Tag(char way, int seed) => $"{way}{seed}-{unchecked(seed * 40503) & 0xffff:x4}{way}";

    /// <summary>The requests that the provider echoed, in order, with both ways' letters made equal, also where a mutation moved them.</summary>
    private static List<Echo> Accepted(IReadOnlyList<PlainAnswer> answers) =>
    [
        .. answers.Where(answer => answer.Status == 200 && answer.Complete).Select(Echo.Of)
            .Select(echo => new Echo(echo.Key.Replace('n', 'd'), echo.Body.Replace('n', 'd'))),
    ];
}
