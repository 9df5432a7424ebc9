namespace IdempotencyGateway.Hosting.Commands.Demo;

/// <summary>One scenario of the demo.</summary>
/// <param name="Title">What the client does, in a few words.</param>
/// <param name="Play">Runs the scenario with an idempotency key and returns what the client got.</param>
internal sealed record DemoAct(string Title, Func<DemoClient, string, Task<string>> Play)
{
    /// <summary>In the order in which they run.</summary>
    public static IReadOnlyList<DemoAct> All { get; } =
    [
        new("first call", async (client, key) => await client.CreateSessionAsync(key)),
        new("the same call again (a retry)", async (client, key) =>
        {
            var first = await client.CreateSessionAsync(key);
            var retry = await client.CreateSessionAsync(key);
            return $"{first}, then {retry}";
        }),
        new("twenty at once with one key", async (client, key) =>
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.CreateSessionAsync(key, "latency=100ms")));
            return string.Join(", ", answers.GroupBy(answer => answer, StringComparer.Ordinal).OrderBy(group => group.Count()).Select(group => $"{group.Count()} x {group.Key}"));
        }),
        new("the same key with another body", async (client, key) =>
        {
            var first = await client.CreateSessionAsync(key, user: "user-1");
            var other = await client.CreateSessionAsync(key, user: "user-2");
            return $"{first}, then {other}";
        }),
        new("no body, and the provider drops the connection", async (client, key) =>
        {
            var first = await client.PingWithoutBodyAsync(key, "execute-then-drop");
            var retry = await client.PingWithoutBodyAsync(key, fault: null);
            return $"{first}, then {retry}";
        }),
        new("the provider dies after executing", async (client, key) =>
        {
            var first = await client.CreateSessionAsync(key, "execute-then-reset");
            var retry = await client.CreateSessionAsync(key);
            return $"{first}, then {retry}";
        }),
        new("the client hangs up and comes back", async (client, key) =>
        {
            await client.CreateSessionAndHangUpAsync(key, "latency=300ms");
            var retry = await client.CreateSessionAsync(key);
            return $"nothing, then {retry}";
        }),
        new("from a quiet address, then from a listed one", async (client, key) =>
        {
            var quiet = await client.EchoAsync($"{key}-quiet", "192.0.2.10");
            var listed = await client.EchoAsync($"{key}-listed", DemoClient.ListedAddress);
            return $"{quiet}, then {listed}";
        }),
        new("the provider answers 429, then works", async (client, key) =>
        {
            var first = await client.CreateSessionAsync(key, "status=429");
            var retry = await client.CreateSessionAsync(key);
            return $"{first}, then {retry}";
        }),
    ];
}
