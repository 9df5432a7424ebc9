using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.RedLock;

/// <summary>
/// A node that is a Redis server, over one connection that reconnects by itself. Scripts are sent as text each time: they are short, and so a
/// node that lost its script cache needs no special case.
/// </summary>
internal sealed class RedisGuardNode : IGuardNode
{
    private readonly ConnectionMultiplexer _connection;
    private readonly IDatabase _database;
    private readonly string _name;
    private readonly string _keyPrefix;
    private readonly int _unansweredLimit;
    private int _unanswered;

    private RedisGuardNode(ConnectionMultiplexer connection, string name, RedLockSnapshot options)
    {
        _connection = connection;
        _database = connection.GetDatabase();
        _name = name;
        _keyPrefix = options.KeyPrefix;
        _unansweredLimit = options.UnansweredLimit;
    }

    /// <summary>Returns when the node has answered, or after <see cref="RedLockSnapshot.ConnectTimeout"/>; then the connection is retried in the background.</summary>
    public static async Task<RedisGuardNode> ConnectAsync(RedisAddress address, RedLockSnapshot options)
    {
        var configuration = new ConfigurationOptions
        {
            EndPoints = { { address.Host, address.Port } },
            AbortOnConnectFail = false,
            ClientName = "idempotency-gateway-redlock",
            ConnectRetry = 1,
            ConnectTimeout = (int)options.ConnectTimeout.TotalMilliseconds,
            ReconnectRetryPolicy = new LinearRetry(250),
            // A single server: no tie-breaks and no configuration broadcasts.
            TieBreaker = "",
            ConfigurationChannel = "",
        };
        var connection = await ConnectionMultiplexer.ConnectAsync(configuration);
        // If the order were preserved, a continuation would run on the thread that reads replies, and blocking there would hold up all replies.
        connection.PreserveAsyncOrder = false;
        return new(connection, address.ToString(), options);
    }

    public Task<NodeOutcome> ClaimAsync(Guard guard, TimeSpan timeToLive) => AskAsync(
        GuardScript.Claim,
        guard.Ticket.Key,
        [Owner(guard.Ticket), guard.Ticket.Fence, guard.Attempt, guard.Destination, WholeMilliseconds.Of(timeToLive)]);

    public Task<NodeOutcome> RaiseAsync(Guard guard, TimeSpan retention) => AskAsync(
        GuardScript.Raise, guard.Ticket.Key, [Owner(guard.Ticket), guard.Ticket.Fence, guard.Destination, WholeMilliseconds.Of(retention)]);

    public Task<NodeOutcome> TakeAsync(Guard guard, TimeSpan retention) => AskAsync(
        GuardScript.Take, guard.Ticket.Key, [Owner(guard.Ticket), guard.Ticket.Fence, guard.Destination, WholeMilliseconds.Of(retention)]);

    public Task<NodeOutcome> ReleaseAsync(ClaimTicket ticket, long? attempt) => AskAsync(
        GuardScript.Release, ticket.Key, [Owner(ticket), ticket.Fence, attempt is { } number ? number : RedisValue.EmptyString]);

    public Task<NodeOutcome> LookAsync(StorageKey key) => AskAsync(GuardScript.Look, key, []);

    public async ValueTask DisposeAsync()
    {
        await _connection.CloseAsync(allowCommandsToComplete: false);
        _connection.Dispose();
    }

    private async Task<NodeOutcome> AskAsync(string script, StorageKey key, RedisValue[] arguments)
    {
        try
        {
            if (Interlocked.Increment(ref _unanswered) > _unansweredLimit)
                return new NodeOutcome.Unreachable($"{_name} has {_unansweredLimit} replies outstanding");
            return NodeReply.Read(await _database.ScriptEvaluateAsync(
                script, [$"{_keyPrefix}:{key}"], arguments, CommandFlags.DemandMaster | CommandFlags.NoScriptCache));
        }
        catch (RedisServerException refusal)
        {
            return new NodeOutcome.Refused($"{_name}: {refusal.Message}");
        }
        catch (Exception lost) when (lost is RedisException or TimeoutException or ObjectDisposedException or OperationCanceledException)
        {
            return new NodeOutcome.Unreachable($"{_name}: {lost.Message}");
        }
        finally
        {
            Interlocked.Decrement(ref _unanswered);
        }
    }

    private static byte[] Owner(ClaimTicket ticket)
    {
        var bytes = new byte[OwnerId.SizeInBytes];
        ticket.Owner.Write(bytes);
        return bytes;
    }
}
