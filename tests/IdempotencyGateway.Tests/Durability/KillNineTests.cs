using System.Collections.Concurrent;
using System.Net;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Tests.Testing;
using SimulatedProvider;
using Xunit.Abstractions;

namespace IdempotencyGateway.Tests.Durability;

/// <summary>
/// A gateway process on one database is repeatedly killed (SIGKILL) at random moments under load, while clients retry every request that has no answer yet.
/// </summary>
public sealed class KillNineTests(ITestOutputHelper output)
{
    private const int Clients = 16;

    /// <summary>The gateway is killed after a random number of provider requests below this one.</summary>
    private const int LongestLifeInRequests = 120;

    private static int Lives => LongForm.Or(100, 1_000);

    [Fact]
    public async Task No_key_is_executed_twice_and_no_answer_is_lost_however_often_the_process_is_killed()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        await using var provider = await SimulatedProviderHost.StartAsync(new SimulatedProviderOptions { Latency = TimeSpan.FromMilliseconds(2) });
        var configuration = await WriteConfigurationAsync(folder, provider.Address);
        var work = new Work();

        for (var life = 0; life < Lives; life++)
        {
            await using var gateway = await GatewayProcess.StartAsync(configuration);
            using var killed = new CancellationTokenSource();
            var moment = provider.Executions.Delivered.WhenReachesAsync(provider.Executions.Delivered.Value + random.Next(1, LongestLifeInRequests));
            var clients = Enumerable.Range(0, Clients).Select(_ => Task.Run(() => work.SendUntilKilledAsync(gateway.Address, killed.Token))).ToArray();
            await moment;
            await gateway.KillAsync();
            await killed.CancelAsync();
            await Task.WhenAll(clients);
        }

        await using (var last = await GatewayProcess.StartAsync(configuration))
            await work.AssertEveryAnswerIsReplayedAsync(last.Address);
        output.WriteLine($"seed {seed}: {Lives} kills, {work.Answered} keys answered, {work.InDoubt} in doubt, {provider.Executions.Total} executions");
        Assert.True(provider.Executions.MostExecuted() == 1, $"seed {seed}: a key was executed {provider.Executions.MostExecuted()} times");
        Assert.Equal("ok", SqliteIntegrity.Check(folder.File("gateway.db")));
    }

    private static async Task<string> WriteConfigurationAsync(TemporaryFolder folder, Uri provider)
    {
        var file = folder.File("gateway.json");
        await File.WriteAllTextAsync(file, $$"""
            {
              "Listen": { "Proxy": ["http://127.0.0.1:0"], "Admin": "none" },
              "Store": { "Sqlite": { "Path": "gateway.db" }, "SecretFile": "store.secret" },
              "Idempotency": { "Policies": { "tested": { "Methods": ["POST"] } } },
              "Logging": { "LogLevel": { "Default": "None" } },
              "ReverseProxy": {
                "Routes": { "all": { "ClusterId": "provider", "Match": { "Path": "/{**path}" }, "Metadata": { "Idempotency": "tested" } } },
                "Clusters": { "provider": { "Destinations": { "one": { "Address": "{{provider}}" } } } }
              }
            }
            """);
        return file;
    }

    /// <summary>The keys without an answer yet, and the answers of the others.</summary>
    private sealed class Work
    {
        private readonly ConcurrentQueue<string> _unanswered = new();
        private readonly ConcurrentDictionary<string, string> _answers = new(StringComparer.Ordinal);
        private int _keys;
        private int _inDoubt;

        public int Answered => _answers.Count;

        public int InDoubt => _inDoubt;

        public async Task SendUntilKilledAsync(Uri gateway, CancellationToken killed)
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = gateway };
            while (!killed.IsCancellationRequested)
            {
                if (!_unanswered.TryDequeue(out var key))
                    key = $"key-{Interlocked.Increment(ref _keys)}";
                try
                {
                    var (status, body) = await SendAsync(client, key, killed);
                    if (status == HttpStatusCode.Created)
                        Assert.True(_answers.TryAdd(key, body));
                    else if (status == HttpStatusCode.Conflict && body.Contains("outcome-unknown", StringComparison.Ordinal))
                        Interlocked.Increment(ref _inDoubt);
                    else
                        Assert.Fail($"{key} got {status}: {body}");
                }
                catch (Exception e) when (e is HttpRequestException or OperationCanceledException or System.Net.Sockets.SocketException)
                {
                    _unanswered.Enqueue(key);
                }
            }
        }

        public async Task AssertEveryAnswerIsReplayedAsync(Uri gateway)
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = gateway };
            foreach (var (key, answer) in _answers)
            {
                var (status, body) = await SendAsync(client, key, CancellationToken.None);
                Assert.Equal(HttpStatusCode.Created, status);
                Assert.Equal(answer, body);
            }
        }

        private static async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpClient client, string key, CancellationToken cancellation)
        {
            using var request = GatewayUnderTest.Post(key, """{"workflow_id":"11111111-2222-3333-4444-555555555555"}""", "/v3/session/");
            using var response = await client.SendAsync(request, cancellation);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(cancellation));
        }
    }
}
