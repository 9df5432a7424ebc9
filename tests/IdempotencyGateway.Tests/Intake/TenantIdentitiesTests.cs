using System.Text;
using System.Text.Json;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;
using Xunit.Abstractions;

namespace IdempotencyGateway.Tests.Intake;

/// <summary>
/// Collisions of identities: callers, keys, routes and bodies are drawn from tiny alphabets in which only correct framing keeps them apart, such as "a" and "b:c" beside
/// "a:b" and "c". Storage keys must be equal exactly when caller, route and key are, and fingerprints exactly when the requests are.
/// </summary>
public sealed class TenantIdentitiesTests(ITestOutputHelper output)
{
    private static readonly string[] Pieces = ["", "a", "b", "c", "ab", "bc", ":", "a:", ":b", "a:b", "\0", ",", "a,b", "a, b", "\"a\"", "x-api-key", "authorization", "x-api-key: a", "\u00e9", "e\u0301", "A", " a"];

    private static readonly string[] KeyTexts = ["a", "b", "ab", "bc", "a:b", "A", "\"a\"", "\"a,b\"", "\"a b\"", "\"\\\"a\\\"\"", "\\a", "\"\\\\a\"", " a", "\"ab\"", "x-api-key", "c"];

    private static readonly string[] Bodies = ["", "a", "b", "ab", "a=b", "{}", "[]", "\0", "a\n"];

    private static readonly KeyPolicy Keys = new();

    [Fact]
    public async Task Records_have_the_same_name_exactly_when_caller_route_and_key_are_the_same()
    {
        var draws = LongForm.Or(50_000, 1_000_000);
        var seed = LongForm.Seed();
        var random = new Random(seed);
        // Started only for its services, wired as in production.
        await using var gateway = await GatewayUnderTest.StartAsync(new("http://127.0.0.1:9/"));
        var callers = gateway.Get<CallerScopeReader>();
        var fingerprints = gateway.Get<FingerprintHasher>();
        var records = new Meanings<StorageKey>(seed);
        var requests = new Meanings<Fingerprint>(seed);

        for (var i = 0; i < draws; i++)
        {
            var drawn = Draw(random);
            if (callers.Read(drawn.Context.Request.Headers, name: null, new CallerPolicy()).Scope is not { } caller)
            {
                Assert.All(drawn.Credentials.Where((_, at) => at % 2 == 1), value => Assert.Empty(value));
                continue;
            }
            var key = Assert.IsType<KeyReading.Present>(KeyReader.Read(drawn.Context.Request.Headers, Keys)).Key;
            var fingerprint = fingerprints.Compute(new FingerprintSubject
            {
                Method = drawn.Operation.Method,
                Path = drawn.Operation.Path,
                Query = drawn.Query,
                Body = Encoding.Latin1.GetBytes(drawn.Body),
                Form = BodyForm.Raw,
            }).Fingerprint;
            var perOperation = random.Next(2) == 0;
            var separate = random.Next(2) == 0;
            var record = StorageKey.Derive(
                gateway.Secret, caller, drawn.Route, key, perOperation ? drawn.Operation : null, separate ? fingerprint : null);

            requests.Add(fingerprint, [drawn.Operation.Method, drawn.Operation.Path, drawn.Query, drawn.Body]);
            records.Add(record,
            [
                .. drawn.Credentials, "route", drawn.Route, "key", key.Value,
                .. perOperation ? new[] { "operation", drawn.Operation.Method, drawn.Operation.Path } : [],
                .. separate ? new[] { "separate", drawn.Operation.Method, drawn.Operation.Path, drawn.Query, drawn.Body } : [],
            ]);
        }

        output.WriteLine($"seed {seed}: {draws} draws, {records.Count} records, {requests.Count} requests");
        Assert.True(records.Count < draws && requests.Count < draws, "nothing was drawn twice");
    }

    private static Drawn Draw(Random random)
    {
        var context = new DefaultHttpContext();
        var credentials = new List<string>();
        foreach (var name in new[] { "authorization", "x-api-key" })
        {
            // At least one of the two headers; sometimes both, sometimes one of them twice.
            var values = Enumerable.Range(0, random.Next(name == "x-api-key" && credentials.Count == 0 ? 1 : 0, 3)).Select(_ => One(Pieces, random)).ToArray();
            if (values.Length > 0)
                context.Request.Headers[InAnyCase(name, random)] = values;
            credentials.AddRange(values.SelectMany(value => new[] { name, value }));
        }
        context.Request.Headers[InAnyCase("Idempotency-Key", random)] = One(KeyTexts, random);
        return new(
            context, credentials, One(Pieces, random), new(random.Next(2) == 0 ? "POST" : "PATCH", "/" + One(Pieces, random)), One(["", "?", "?a", "?a=b", "?b"], random), One(Bodies, random));
    }

    private static string InAnyCase(string name, Random random) =>
        string.Concat(name.Select(letter => random.Next(2) == 0 ? char.ToUpperInvariant(letter) : char.ToLowerInvariant(letter)));

    private static string One(string[] choices, Random random) => choices[random.Next(choices.Length)];

    private sealed record Drawn(DefaultHttpContext Context, List<string> Credentials, string Route, Operation Operation, string Query, string Body);

    /// <summary>Checks that names and meanings correspond one to one. Meanings are compared as JSON, a framing independent of the one under test.</summary>
    private sealed class Meanings<TName>(int seed)
        where TName : notnull
    {
        private readonly Dictionary<TName, string> _meanings = [];
        private readonly Dictionary<string, TName> _names = new(StringComparer.Ordinal);

        public int Count => _names.Count;

        public void Add(TName name, IReadOnlyList<string> parts)
        {
            var meaning = JsonSerializer.Serialize(parts);
            Assert.True(_meanings.TryAdd(name, meaning) || _meanings[name] == meaning, $"seed {seed}: one name for {meaning} and {_meanings[name]}");
            Assert.True(_names.TryAdd(meaning, name) || _names[meaning].Equals(name), $"seed {seed}: two names for {meaning}");
        }
    }
}
