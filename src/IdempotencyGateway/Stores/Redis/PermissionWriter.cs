using System.Globalization;
using IdempotencyGateway.Core.Stores;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// Writes permissions to send. With <c>Durability.Replicas</c> one counts only when so many replicas have it: a failover to any of them then still knows that it
/// was given. What too few acknowledged is withdrawn, and its owner told that it has none.
/// </summary>
internal sealed class PermissionWriter : IAsyncDisposable
{
    /// <summary>A connection that breaks between a claim and its WAIT proves nothing; on a Cluster with moving slots that happens more than once.</summary>
    private const int MaximumAskings = 3;

    private readonly RedisLink _link;
    private readonly TimeProvider _clock;
    private readonly DurableNodes? _nodes;
    private readonly TimeSpan _patience;
    private long _attempts;

    public PermissionWriter(RedisLink link, TimeProvider clock)
    {
        _link = link;
        _clock = clock;
        _patience = link.Options.OperationTimeout + link.Options.DurableTimeout;
        if (link.Options.DurableReplicas == 0)
            return;
        _nodes = new(link);
        link.Replacing.Add(_ => _nodes.CloseAllAsync());
    }

    public Task OpenAsync() => _nodes?.OpenAllAsync() ?? Task.CompletedTask;

    /// <summary>Otherwise a permission counts as soon as it is written.</summary>
    public bool NeedReplicas => _nodes is not null;

    /// <summary>Names this asking among all that the same owner makes; zero where nothing is ever withdrawn.</summary>
    public long NextAttempt() => _nodes is null ? 0 : Interlocked.Increment(ref _attempts);

    /// <param name="grants">Whether the reply is a permission; others need no replica.</param>
    /// <param name="ticket">From the reply: ticket and attempt, to withdraw it with; null for what may stay.</param>
    public async ValueTask<RedisResult> RunAsync(
        RecordScript script, RedisKey key, RedisValue[] arguments, Func<RedisResult, bool> grants, Func<RedisResult, RedisValue[]>? ticket, CancellationToken cancellation)
    {
        if (_nodes is null)
            return await _link.RunAsync(script, key, arguments, _clock, cancellation);
        cancellation.ThrowIfCancellationRequested();
        try
        {
            return await RunDurablyAsync(_nodes, script, key, arguments, grants, ticket).WaitAsync(_patience, _clock, cancellation);
        }
        catch (Exception e) when (e is not (StoreUnavailableException or OperationCanceledException))
        {
            // What is known about masters may be over.
            _link.LookAgain();
            throw e.ToUnavailable(_link.Where);
        }
    }

    /// <summary>
    /// What a permission leads to and a failover must not forget either: whom a record is about is known to the replicas before the record has content, or is refused and written again.
    /// Nothing is withdrawn: the change does no harm where too few replicas have it.
    /// </summary>
    public ValueTask<RedisResult> RunAsync(RecordScript script, RedisKey key, RedisValue[] arguments, CancellationToken cancellation) =>
        RunAsync(script, key, arguments, static _ => true, ticket: null, cancellation);

    public ValueTask DisposeAsync() => _nodes?.DisposeAsync() ?? default;

    private async Task<RedisResult> RunDurablyAsync(
        DurableNodes nodes, RecordScript script, RedisKey key, RedisValue[] arguments, Func<RedisResult, bool> grants, Func<RedisResult, RedisValue[]>? ticket)
    {
        for (var asking = 1; ; asking++)
        {
            var reply = await nodes.RunAsync(script, key, arguments);
            if (!grants(reply.Result))
                return reply.Result;
            var (acknowledged, reason) = await AcknowledgeAsync(reply);
            var enough = acknowledged >= _link.Options.DurableReplicas;
            if (enough && reply.IsUnbroken)
                return reply.Result;
            // The same owner asks again, and is won again, on a connection that holds.
            if (enough && asking < MaximumAskings)
                continue;
            if (ticket is not null)
                await WithdrawAsync(key, ticket(reply.Result));
            throw Refusal(acknowledged, enough, reason, ticket is not null);
        }
    }

    private static async Task<(long Acknowledged, Exception? Reason)> AcknowledgeAsync(DurableReply reply)
    {
        try
        {
            return (await reply.Node.AcknowledgeAsync(), null);
        }
        catch (Exception e) when (e is RedisException or ObjectDisposedException or TimeoutException)
        {
            return (0, e);
        }
    }

    /// <summary>
    /// Best effort: left standing, the record would be in doubt after its lease, which is safe but untrue. It goes by the ordinary connection, for the other may be
    /// blocked; that it may be late is harmless, see the script.
    /// </summary>
    private async Task WithdrawAsync(RedisKey key, RedisValue[] ticket)
    {
        try
        {
            await _link.RunAsync(RecordScript.Withdraw, key, ticket, _clock, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // Already the caller's news.
        }
    }

    private StoreUnavailableException Refusal(long acknowledged, bool enough, Exception? reason, bool ofPermission) => new(
        StoreFailure.Refused,
        string.Create(
            CultureInfo.InvariantCulture,
            $"Redis at {_link.Where}: {(reason is null && !enough ? $"{acknowledged} of {_link.Options.DurableReplicas} replicas acknowledged within {_link.Options.DurableTimeout.TotalMilliseconds} ms"
                : "the connection was lost before the replicas acknowledged")}{(ofPermission ? "; nothing is sent" : "")}. Look at the replicas, or lower Store:Redis:Durability"),
        reason);
}
