using System.Net;
using System.Net.Sockets;
using System.Text;
using IdempotencyGateway.Protection;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Tests.Testing;
using SimulatedProvider.Faults;

namespace IdempotencyGateway.Tests.Hosting;

/// <summary>The gateway process: its message and exit code when it cannot serve, and its orderly shutdown.</summary>
public sealed class ServingTests : ExchangeTest, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Database => _folder.File("gateway.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_database_that_another_process_uses_is_told_and_ends_with_78()
    {
        await using var owner = SqliteIdempotencyStore.Open(new SqliteStoreOptions { Path = Database }, TimeProvider.System);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => GatewayProcess.StartAsync(WriteConfiguration()));

        Assert.Contains($"ended with 78: {Database}: another process uses this store", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_of_ours_is_told_left_alone_and_ends_with_78()
    {
        var notes = string.Concat(Enumerable.Repeat("these are somebody's notes\n", 200));
        await File.WriteAllTextAsync(Database, notes);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => GatewayProcess.StartAsync(WriteConfiguration()));

        Assert.Contains($"ended with 78: {Database}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(notes, await File.ReadAllTextAsync(Database));
    }

    [Fact]
    public async Task A_database_that_cannot_be_written_is_told_and_ends_with_78()
    {
        // Not even root, who ignores read-only modes, can create files in /proc.
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => GatewayProcess.StartAsync(WriteConfiguration(database: "/proc/gateway.db")));

        Assert.Contains("ended with 78: /proc/gateway.db", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_every_user_can_read_is_told_and_ends_with_78()
    {
        StoreSecretFile.Open(_folder.File("store.secret"));
        File.SetUnixFileMode(_folder.File("store.secret"), UnixFileMode.UserRead | UnixFileMode.OtherRead);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => GatewayProcess.StartAsync(WriteConfiguration()));

        Assert.Contains("ended with 78: Store:SecretFile: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_was_lost_and_made_anew_is_told_and_ends_with_78_and_nothing_is_sent_again()
    {
        await using (var first = await GatewayProcess.StartAsync(WriteConfiguration()))
            Assert.Equal("executed", (await PostAsync(first)).Source);
        File.Move(_folder.File("store.secret"), _folder.File("kept.secret"));

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => GatewayProcess.StartAsync(WriteConfiguration()));

        Assert.Contains("ended with 78: Store:SecretFile: the store's records were made under another secret", refused.Message, StringComparison.Ordinal);
        File.Move(_folder.File("kept.secret"), _folder.File("store.secret"), overwrite: true);
        await using var second = await GatewayProcess.StartAsync(WriteConfiguration());
        Assert.Equal("replayed", (await PostAsync(second)).Source);
        Assert.Equal(1, Executions.Total);
    }

    [Fact]
    public async Task A_Redis_that_is_not_there_yet_is_told_and_ends_with_1()
    {
        using var port = new ClosedPort();
        var address = port.Address.Authority;

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => GatewayProcess.StartAsync(
            WriteConfiguration(), new Dictionary<string, string> { ["IDEMPOTENCY_GATEWAY__Store__Kind"] = "Redis", ["IDEMPOTENCY_GATEWAY__Store__Redis__Endpoints__0"] = address }));

        Assert.Contains($"ended with 1: nobody listens at {address}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_told_and_ends_with_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => GatewayProcess.StartAsync(WriteConfiguration(port)));

        Assert.Contains("ended with 1: Listen: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{port}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_fails_is_told_once_and_without_a_stack_trace()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => GatewayProcess.StartAsync(WriteConfiguration(((IPEndPoint)taken.LocalEndpoint).Port, level: "Information")));

        Assert.Single(refused.Message.Split('\n'), line => line.Contains("address already in use", StringComparison.Ordinal));
        Assert.DoesNotContain("\"@l\":\"Error\"", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\"@l\":\"Fatal\"", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_not_this_machines_is_told_and_ends_with_1()
    {
        // An address reserved for documentation (RFC 5737), which no machine has.
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => GatewayProcess.StartAsync(WriteConfiguration(host: "192.0.2.1")));

        Assert.Contains("ended with 1: Listen: one of http://192.0.2.1:0 cannot be listened on", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_file_that_cannot_be_written_is_told_and_ends_with_78()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => GatewayProcess.StartAsync(WriteConfiguration(log: "/proc/gateway.log")));

        Assert.Contains("ended with 78: Logging:File:Path: /proc/gateway.log cannot be written", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asked_to_end_it_finishes_what_is_under_way_and_ends_with_0()
    {
        var gate = new FaultGate();
        Faults.Next(new Fault.Hold(gate));
        await using var gateway = await GatewayProcess.StartAsync(WriteConfiguration());
        using var client = new HttpClient { BaseAddress = gateway.Address };
        var first = Answer.ReadAsync(client.SendAsync(GatewayUnderTest.Post("k", path: "/v3/session/")));
        await gate.Held.WhenReachesAsync(1).OrGiveUp();

        var ending = gateway.TerminateAsync();
        gate.Release();

        Assert.Equal((0, ""), await ending.OrGiveUp());
        Assert.Equal((201, "executed"), ((await first).Status, (await first).Source));
        await using var next = await GatewayProcess.StartAsync(WriteConfiguration());
        Assert.Equal("replayed", (await PostAsync(next)).Source);
        Assert.Equal(1, Executions.Total);
    }

    [Fact]
    public async Task A_hang_up_does_not_end_it()
    {
        await using var gateway = await GatewayProcess.StartAsync(WriteConfiguration());

        await gateway.HangUpAsync();

        Assert.Equal(201, (await PostAsync(gateway)).Status);
        Assert.Equal((0, ""), await gateway.TerminateAsync().OrGiveUp());
    }

    [Fact]
    public async Task A_supervisor_is_told_when_it_listens_and_when_it_ends()
    {
        using var supervisor = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        supervisor.Bind(new UnixDomainSocketEndPoint(_folder.File("notify")));
        await using var gateway = await GatewayProcess.StartAsync(WriteConfiguration(), new Dictionary<string, string> { ["NOTIFY_SOCKET"] = _folder.File("notify") });

        Assert.Equal("READY=1", await ToldAsync());
        await gateway.TerminateAsync();
        Assert.Equal("STOPPING=1", await ToldAsync());

        async Task<string> ToldAsync()
        {
            var words = new byte[256];
            return Encoding.UTF8.GetString(words, 0, await supervisor.ReceiveAsync(words).OrGiveUp());
        }
    }

    private static async Task<Answer> PostAsync(GatewayProcess gateway)
    {
        using var client = new HttpClient { BaseAddress = gateway.Address };
        return await Answer.ReadAsync(client.SendAsync(GatewayUnderTest.Post("k", path: "/v3/session/")));
    }

    private string WriteConfiguration(int port = 0, string database = "gateway.db", string host = "127.0.0.1", string log = "none", string level = "None")
    {
        File.WriteAllText(_folder.File("gateway.json"), $$"""
            {
              "Listen": { "Proxy": ["http://{{host}}:{{port}}"], "Admin": "none" },
              "Store": { "Sqlite": { "Path": "{{database}}" }, "SecretFile": "store.secret" },
              "Idempotency": { "Policies": { "tested": {} } },
              "Logging": { "LogLevel": { "Default": "{{level}}" }, "File": { "Path": "{{log}}" } },
              "ReverseProxy": {
                "Routes": { "all": { "ClusterId": "provider", "Match": { "Path": "/{**path}" }, "Metadata": { "Idempotency": "tested" } } },
                "Clusters": { "provider": { "Destinations": { "one": { "Address": "{{Provider.Address}}" } } } }
              }
            }
            """);
        return _folder.File("gateway.json");
    }
}
