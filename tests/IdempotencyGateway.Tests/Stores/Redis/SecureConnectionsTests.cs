using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>TLS, client certificates and named users.</summary>
public sealed class SecureConnectionsTests : IDisposable
{
    /// <summary>The ACL rule that the store's README recommends.</summary>
    private const string User = "user gateway on >secret ~ig:* &ig:* -@all +evalsha +eval +script +get +set +setrange +pttl +pexpire +pexpireat +del +time +hgetall +hset +hincrby +hdel +zadd +zrem +zscore +zrange +zrangebyscore "
        + "+zremrangebyscore +publish +subscribe +ping +echo +info +config|get +client +select +wait +cluster +pexpiretime";

    private readonly RedisCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Records_travel_by_TLS(bool asksClients)
    {
        await using var redis = await RedisProcess.StartAsync(_certificates.Settings(asksClients));
        await using var store = await RedisSamples.OpenAsync(SecureOptions(redis, asksClients));

        await store.CompleteAsync(await store.WinAsync("k"));
    }

    [Fact]
    public async Task A_server_that_a_strange_authority_vouches_for_is_refused()
    {
        using var others = new RedisCertificates();
        await using var redis = await RedisProcess.StartAsync(others.Settings(asksClients: false));

        var refusal = await RedisSamples.FailsAsync(() => RedisSamples.OpenAsync(SecureOptions(redis, withOwn: false)));

        Assert.Equal(StoreFailure.Refused, refusal.Failure);
        Assert.Contains("no TLS connection", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TLS_with_a_server_that_does_not_speak_it_is_refused()
    {
        await using var redis = await RedisProcess.StartAsync();

        var refusal = await RedisSamples.FailsAsync(() => RedisSamples.OpenAsync(
            SecureOptions(redis, withOwn: false) with { OperationTimeout = TimeSpan.FromMilliseconds(100) }));

        Assert.Contains("check that the port speaks TLS", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_TLS_with_a_server_that_wants_it_is_refused()
    {
        await using var redis = await RedisProcess.StartAsync(_certificates.Settings(asksClients: false));

        var refusal = await RedisSamples.FailsAsync(() => RedisSamples.OpenAsync(RedisSamples.OptionsFor(redis)));

        Assert.Contains("is not Redis, or wants TLS", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_file_that_is_not_there_is_named()
    {
        var options = new RedisSnapshot { Tls = new("/nowhere/ca.pem", null, null) };

        var refusal = Assert.Throws<StoreUnavailableException>(() => new RedisConnecting(options, TimeProvider.System));

        Assert.Contains("Store:Redis:CaFile: /nowhere/ca.pem cannot be read", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "ig")]
    [InlineData(true, "ig")]
    [InlineData(false, "acme")]
    public async Task A_named_user_needs_no_more_than_records_and_their_channel(bool tls, string prefix)
    {
        string[] secure = tls ? _certificates.Settings(asksClients: true) : [];
        await using var redis = await RedisProcess.StartAsync([.. secure, User.Replace("ig:", $"{prefix}:", StringComparison.Ordinal), "user default off"]);
        var options = (tls ? SecureOptions(redis, withOwn: true) : RedisSamples.OptionsFor(redis)) with { User = "gateway", Password = new("secret"), KeyPrefix = prefix };
        await using var store = await RedisSamples.OpenAsync(options);
        await using var other = await RedisSamples.OpenAsync(options);

        var ticket = await store.WinAsync("k");
        await other.ClaimAsync(RedisSamples.Request("k", "bob"), default);
        var waiting = other.WaitForEndAsync(ticket.Key, TimeSpan.FromHours(1), default);
        await store.CompleteAsync(ticket);

        await waiting.OrGiveUp();
    }

    [Fact]
    public async Task A_named_user_comes_back_after_a_restart()
    {
        await using var redis = await RedisProcess.StartAsync(User, "user default on nopass ~* &* +@all");
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(redis) with { User = "gateway", Password = new("secret") });
        var ticket = await store.WinAsync("k");

        await redis.KillAsync();
        await redis.RestartAsync();

        Assert.Equal(TransitionResult.Applied, await Eventually.SucceedsAsync<TransitionResult, StoreUnavailableException>(() => store.CompleteAsync(ticket)));
        var users = (string)(await redis.AskAsync("CLIENT", "LIST"))!;
        Assert.Contains("user=gateway", users, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_door_for_a_named_user_opens_for_nobody_else_on_this_machine()
    {
        await using var redis = await RedisProcess.StartAsync(User, "user default off");
        var options = RedisSamples.OptionsFor(redis) with { User = "gateway", Password = new("secret") };
        using var connecting = new RedisConnecting(options, TimeProvider.System);
        var door = (System.Net.IPEndPoint)connecting.ViaRelay(RedisConnecting.ToEndPoint(redis.Address));

        await using var stranger = await RespClient.ConnectAsync(door.Port);

        await Assert.ThrowsAnyAsync<IOException>(() => stranger.AskAsync("AUTH", new string('0', 64)));
    }

    [Fact]
    public async Task A_user_without_the_needed_rights_is_told_what_it_lacks()
    {
        await using var redis = await RedisProcess.StartAsync("user gateway on >secret ~other:* &* +@all", "user default off");
        var options = RedisSamples.OptionsFor(redis) with { User = "gateway", Password = new("secret") };
        await using var store = await RedisSamples.OpenAsync(options);

        var refusal = await RedisSamples.FailsAsync(() => store.WinAsync("k"));

        Assert.Equal(StoreFailure.Refused, refusal.Failure);
        Assert.Contains("the user may not do that", refusal.Message, StringComparison.Ordinal);
    }

    private RedisSnapshot SecureOptions(RedisProcess redis, bool withOwn) => RedisSamples.OptionsFor(redis) with
    {
        Tls = new(_certificates.Authority, withOwn ? _certificates.Client : null, withOwn ? _certificates.ClientKey : null),
    };
}
