using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Intake;

/// <summary>The per-connection cache of the last caller: a request with other credentials must never be taken for that caller.</summary>
public sealed class CallerMemoTests : ExchangeTest
{
    private static readonly string[] Names = ["authorization", "x-api-key"];

    private static readonly string[] Values = ["", "a", "b", "A", "ab", "a\0", "\u00e9", "e\u0301"];

    [Fact]
    public void Whoever_came_before_the_caller_is_who_the_credentials_say()
    {
        var secret = new StoreSecret(new byte[StoreSecret.SizeInBytes]);
        var random = new Random(LongForm.Seed());
        var memo = new CallerMemo();
        var repeated = 0;
        KeyValuePair<string, string>[] before = [];

        for (var i = 0; i < 20_000; i++)
        {
            var credentials = Draw(random);
            repeated += credentials.SequenceEqual(before) ? 1 : 0;
            Assert.Equal(CallerScope.FromCredentials(secret, credentials), memo.Identify(secret, credentials));
            before = credentials;
        }

        Assert.InRange(repeated, 100, 10_000);
    }

    [Fact]
    public async Task Callers_who_share_a_connection_do_not_share_answers()
    {
        Field[][] callers =
        [
            [new("x-api-key", "one")],
            [new("x-api-key", "two")],
            [new("authorization", "one")],
            [new("x-api-key", "one"), new("authorization", "one")],
            [new("x-api-key", "one"), new("x-api-key", "one")],
        ];
        var gateway = await StartAsync();
        using var connection = await RawClient.Connect(gateway.Address);
        var bodies = new Dictionary<int, string>();

        foreach (var caller in (int[])[0, 0, 1, 0, 2, 1, 3, 0, 3, 4, 2, 4, 1, 0])
        {
            await connection.Send(RawClient.Request(
                "POST", "/guarded/echo", "{}", [new("Idempotency-Key", "k"), .. callers[caller]]));
            var answer = await connection.ReadAnswer();
            var isNew = bodies.TryAdd(caller, answer!.Text);
            Assert.Equal(isNew ? "executed" : "replayed", answer.Headers[GuardedHeaders.Status]);
            Assert.Equal(bodies[caller], answer.Text);
        }

        Assert.Equal(callers.Length, bodies.Values.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(callers.Length, Executions.Deliveries);
    }

    private static KeyValuePair<string, string>[] Draw(Random random)
    {
        var credentials = new KeyValuePair<string, string>[1 + random.Next(2)];
        for (var i = 0; i < credentials.Length; i++)
            credentials[i] = new(Names[random.Next(Names.Length)], Values[random.Next(Values.Length)]);
        return credentials;
    }
}
