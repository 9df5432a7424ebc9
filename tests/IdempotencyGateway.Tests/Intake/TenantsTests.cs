using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;
using Xunit.Abstractions;

namespace IdempotencyGateway.Tests.Intake;

/// <summary>
/// Concurrent requests of callers that differ only in separators, with keys that differ only in quotes, on two routes with three bodies. The provider's answer names the
/// caller and the request, so an answer that reaches another caller is detected.
/// </summary>
public sealed class TenantsTests(ITestOutputHelper output)
{
    private static readonly string[] Credentials =
    [
        "x-api-key: a", "X-API-KEY: a", "x-api-key:a", "x-api-key: a:b", "x-api-key: b", "x-api-key: a, b", "x-api-key: a\r\nx-api-key: b", "Authorization: a", "authorization: a",
        "Authorization: a\r\nx-api-key: b", "x-api-key: b\r\nAuthorization: a", "Authorization: b\r\nx-api-key: a", "Authorization: ab", "Authorization: a\r\nx-api-key:", "x-api-key: A",
    ];

    private static readonly string[] Callers = [.. Credentials.Select(Caller).Distinct(StringComparer.Ordinal)];

    private static readonly string[] KeyTexts = ["a", "b", "\"a\"", "A", "ab", "a:b", "\"a b\"", "\"ab\""];

    private static readonly string[] Bodies = ["{\"a\":\"b\"}", "{\"a\":\"c\"}", ""];

    private static readonly string[] Paths = ["/guarded/x", "/second/x"];

    [Fact]
    public async Task Nobody_ever_gets_anothers_answer()
    {
        var requests = LongForm.Or(3_000, 1_000_000);
        var seed = LongForm.Seed();
        var executions = new ConcurrentDictionary<string, int>();
        var outcomes = new ConcurrentDictionary<int, int>();
        await using var provider = await KestrelProvider.StartAsync(context => AnswerAsync(context, executions));
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Address, setup => setup.Adjust = snapshot => WithSecondRoute(snapshot));

        await Parallel.ForEachAsync(Enumerable.Range(0, 8), async (lane, _) =>
        {
            var random = new Random(seed + lane);
            using var client = await RawClient.Connect(gateway.Address);
            for (var i = 0; i < requests / 8; i++)
            {
                var (credentials, key, path, body) = (One(Credentials, random), One(KeyTexts, random), One(Paths, random), One(Bodies, random));
                await client.Send($"POST {path} HTTP/1.1\r\nHost: g\r\nX-Who: {WhoIs(credentials)}\r\n{credentials}\r\nIdempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
                var answer = await client.ReadAnswer() ?? throw new InvalidOperationException($"seed {seed}: the gateway closed the connection");

                Assert.True(answer.Status is 200 or 422, $"seed {seed}: {answer.Status} {answer.Text}");
                outcomes.AddOrUpdate(answer.Status, 1, (_, times) => times + 1);
                if (answer.Status == 200)
                    Assert.True(answer.Text == Meaning(WhoIs(credentials), key, path, body), $"seed {seed}: {credentials} with {key} got: {answer.Text}");
            }
        });

        var identities = Callers.Length * KeyTexts.Select(Bare).Distinct().Count() * Paths.Length;
        output.WriteLine($"seed {seed}: {executions.Count} of {identities} identities, {string.Join(", ", outcomes)}");
        Assert.All(executions, identity => Assert.True(identity.Value == 1, $"seed {seed}: {identity.Key} was executed {identity.Value} times"));
        Assert.True(executions.Count > identities / 2, "too few identities to collide");
    }

    private static async Task AnswerAsync(HttpContext context, ConcurrentDictionary<string, int> executions)
    {
        var headers = context.Request.Headers;
        var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
        var caller = headers["X-Who"].ToString();
        var path = context.Request.Path == "/v3/x" ? Paths[0] : Paths[1];
        var key = headers["Idempotency-Key"].ToString();
        executions.AddOrUpdate($"{caller} {path} {Bare(key)}", 1, (_, times) => times + 1);
        var answer = Encoding.UTF8.GetBytes(Meaning(caller, key, path, body));
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer);
    }

    private static string Meaning(string caller, string key, string path, string body) => $"{caller} {path} {Bare(key)} {body}";

    private static string Bare(string key) => key.Trim('"');

    /// <summary>The caller's number. Credentials are the same caller if they differ only in the order and case of header names.</summary>
    private static string WhoIs(string credentials) => $"{Array.IndexOf(Callers, Caller(credentials))}";

    private static string Caller(string credentials) => string.Join('|', credentials.Split("\r\n").Select(line => line.Split(':', 2))
        .Select(parts => (Name: parts[0].ToLowerInvariant(), Value: parts[1].Trim())).OrderBy(part => part.Name, StringComparer.Ordinal).Select(part => $"{part.Name}={part.Value}"));

    private static GatewaySnapshot WithSecondRoute(GatewaySnapshot snapshot) => snapshot with
    {
        Routes =
        [
            .. snapshot.Routes,
            snapshot.Routes[0] with
            {
                RouteId = "second", Match = new() { Path = "/second/{**rest}" }, Transforms = [new Dictionary<string, string> { ["PathSet"] = "/v3/second" }],
            },
        ],
        GuardedRoutes = snapshot.GuardedRoutes.Values.Append(new GuardedRoute("second", snapshot.GuardedRoutes["guarded"].Policy)).ToFrozenDictionary(route => route.RouteId),
    };

    private static string One(string[] choices, Random random) => choices[random.Next(choices.Length)];
}
