using System.Net;
using System.Net.Sockets;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>Broken servers and corrupt records: each leads to an error that names the cause, never to a wrong answer.</summary>
public sealed class BadServersTests
{
    [Theory]
    [InlineData("right", null, null)]
    [InlineData("wrong", null, "password")]
    [InlineData(null, null, "it asks for a password")]
    [InlineData("right", "nobody", "user or password is wrong")]
    public async Task A_password_has_to_fit(string? password, string? user, string? complaint)
    {
        await using var redis = await RedisProcess.StartAsync("requirepass right");
        var options = RedisSamples.OptionsFor(redis) with { User = user, Password = password is null ? null : new(password) };

        if (complaint is null)
        {
            await using var store = await RedisSamples.OpenAsync(options);
            await store.WinAsync("k");
            return;
        }
        var refusal = await RedisSamples.FailsAsync(() => RedisSamples.OpenAsync(options));
        Assert.Equal(StoreFailure.Refused, refusal.Failure);
        Assert.Contains(complaint, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_named()
    {
        using var closed = new ClosedPort();
        var options = new RedisSnapshot { Endpoints = [new("127.0.0.1", closed.Address.Port)] };

        var failure = await RedisSamples.FailsAsync(() => RedisSamples.OpenAsync(options));

        Assert.Equal(StoreFailure.Unreachable, failure.Failure);
        Assert.Contains($"nobody listens at 127.0.0.1:{closed.Address.Port}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_Redis_is_recognised_by_its_answer()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerInHttpAsync(listener);
        var options = new RedisSnapshot { Endpoints = [new("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port)] };

        var refusal = await RedisSamples.FailsAsync(() => RedisSamples.OpenAsync(options));

        Assert.Equal(StoreFailure.Refused, refusal.Failure);
        Assert.Contains("is not Redis, or wants TLS: it answered \"HTTP/1.1 400 Bad Request\"", refusal.Message, StringComparison.Ordinal);
        listener.Stop();
        await answering;
    }

    [Fact]
    public async Task A_server_that_accepts_and_says_nothing_is_told_apart()
    {
        await using var redis = await RedisProcess.StartAsync();
        await redis.PauseAsync();

        var failure = await RedisSamples.FailsAsync(() => RedisSamples.OpenAsync(
            RedisSamples.OptionsFor(redis) with { OperationTimeout = TimeSpan.FromMilliseconds(100) }));

        Assert.Contains("accepts connections but does not answer", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Full_memory_refuses_what_is_new_and_settles_what_is_under_way()
    {
        await using var redis = await RedisProcess.StartAsync();
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(redis));
        var ticket = await store.WinAsync("under way");
        var nobodyWaits = await store.WinAsync("under way, too");
        await redis.AskAsync("CONFIG", "SET", "maxmemory", "1");

        var full = await RedisSamples.FailsAsync(() => store.WinAsync("new"));

        Assert.Equal(StoreFailure.Full, full.Failure);
        Assert.Contains("raise maxmemory", full.Message, StringComparison.Ordinal);
        Assert.IsType<ClaimResult.InProgress>(await store.ClaimAsync(RedisSamples.Request("under way", "bob"), default));
        Assert.Equal(TransitionResult.Applied, await store.RenewAsync(ticket, RedisSamples.Lease, default));
        Assert.Equal(TransitionResult.Applied, await store.CompleteAsync(ticket));
        Assert.Equal(TransitionResult.Applied, await store.CompleteAsync(nobodyWaits));
        Assert.IsType<ClaimResult.Completed>(await store.ClaimAsync(RedisSamples.Request("under way", "bob"), default));
        Assert.IsType<ClaimResult.Completed>(await store.ClaimAsync(RedisSamples.Request("under way, too", "bob"), default));
        Assert.Null(await store.FindAsync(StoreSamples.Key("new"), default));
    }

    [Fact]
    public async Task A_message_that_may_not_be_published_fails_nothing_that_was_done()
    {
        await using var redis = await RedisProcess.StartAsync();
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(redis));
        var freed = await store.WinAsync("freed");
        Assert.IsType<ClaimResult.InProgress>(await store.ClaimAsync(RedisSamples.Request("freed", "bob"), default));
        await redis.AskAsync("ACL", "SETUSER", "default", "-publish");

        Assert.Equal(TransitionResult.Applied, await store.ReleaseAsync(freed, default));
        await store.WinAsync("freed", "bob");
    }

    [Fact]
    public async Task A_record_of_a_newer_format_is_refused_and_left_alone()
    {
        await using var redis = await RedisProcess.StartAsync();
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(redis));
        var ticket = await store.WinAsync("k");
        await redis.AskAsync("SETRANGE", RedisSamples.NameOf("k"), "2", "\u0002");
        var before = await redis.AskAsync("DUMP", RedisSamples.NameOf("k"));

        foreach (var operation in Operations(store, ticket))
        {
            var refusal = await RedisSamples.FailsAsync(operation);
            Assert.Equal(StoreFailure.Refused, refusal.Failure);
            Assert.Contains("format 2, and this gateway reads format 1; update this gateway", refusal.Message, StringComparison.Ordinal);
        }
        Assert.Equal(before, await redis.AskAsync("DUMP", RedisSamples.NameOf("k")));
    }

    [Theory]
    [InlineData("SET", "text")]
    [InlineData("SET", "a text that is as long as a record, and begins in another way ..............................")]
    [InlineData("SET", "ig\u0001 and too short")]
    [InlineData("HSET", "some", "hash")]
    public async Task Another_programs_key_in_a_records_place_is_refused(string command, params string[] value)
    {
        await using var redis = await RedisProcess.StartAsync();
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(redis));
        await redis.AskAsync([command, RedisSamples.NameOf("k"), .. value]);

        var refusal = await RedisSamples.FailsAsync(() => store.WinAsync("k"));

        Assert.Equal(StoreFailure.Refused, refusal.Failure);
        Assert.Contains("something that is not a record", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LOADING Redis is loading the dataset in memory", StoreFailure.Unreachable, "still loading")]
    [InlineData("CLUSTERDOWN The cluster is down", StoreFailure.Unreachable, "Cluster is down")]
    [InlineData("READONLY You can't write against a read only replica. script: abc, on @user_script:3.", StoreFailure.Refused, "read-only replica")]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'.", StoreFailure.Full, "memory is full")]
    [InlineData("MISCONF Redis is configured to save RDB snapshots", StoreFailure.Refused, "cannot write to its disk")]
    [InlineData("NOAUTH Authentication required.", StoreFailure.Refused, "asks for a password")]
    [InlineData("NOPERM this user has no permissions to run the 'evalsha' command", StoreFailure.Refused, "may not do that")]
    [InlineData("ERR Error running script (call to f_1): @user_script:9: WRONGTYPE Operation against a key", StoreFailure.Refused, "not a record")]
    [InlineData("ERR Error running script (call to f_1): @user_script:9: attempt to index a nil value", StoreFailure.Refused, "unknown error")]
    public void Every_refusal_of_Redis_has_a_meaning(string reply, StoreFailure failure, string meaning)
    {
        var refusal = RedisFailures.FromReply(reply, "redis:6379");

        Assert.Equal(failure, refusal.Failure);
        Assert.Contains(meaning, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("redis:6379", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Answers every connection in HTTP; the client library connects more than once.</summary>
    private static async Task AnswerInHttpAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }

    private static IEnumerable<Func<Task>> Operations(RedisIdempotencyStore store, ClaimTicket ticket) =>
    [
        async () => await store.ClaimAsync(RedisSamples.Request("k"), default),
        async () => await store.MarkSentAsync(ticket, null, default),
        async () => await store.RenewAsync(ticket, RedisSamples.Lease, default),
        async () => await store.CompleteAsync(ticket),
        async () => await store.HoldAsync(ticket, default, default),
        async () => await store.ReleaseAsync(ticket, default),
        async () => await store.FindAsync(ticket.Key, default),
        async () => await store.ResolveAsync(ticket.Key, DoubtResolution.NeverSent.Instance, RedisSamples.Retention, default),
        async () => await store.EraseAsync(ticket.Key, default, default),
    ];
}
