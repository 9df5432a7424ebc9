using System.Globalization;
using IdempotencyGateway.Core.Stores;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// Writes permissions to send. With <c>Durability.Replicas</c> a permission is granted only when that many replicas have acknowledged it, so that it survives a failover to any
/// of them. Otherwise it is withdrawn and the claim fails.
/// </summary>
internal sealed class PermissionWriter : IAsyncDisposable
{
    /// <summary>A connection that breaks between a claim and its WAIT proves nothing, so both are repeated. While a Cluster moves slots that can happen more than once.</summary>
    private const int MaximumTries = 3;

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

    /// <summary>False when a permission is granted as soon as the master has written it.</summary>
    public bool NeedReplicas => _nodes is not null;

    /// <summary>A number that tells the attempts of one owner apart; zero when nothing is ever withdrawn.</summary>
    public long NextAttempt() => _nodes is null ? 0 : Interlocked.Increment(ref _attempts);

    /// <param name="grants">Whether the reply is a permission; other replies need no replica.</param>
    /// <param name="ticket">Gets ticket and attempt from the reply, to withdraw the permission with; null when the change may stay.</param>
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
            // The failure may mean that the master has changed.
            _link.RefreshTopology();
            throw e.ToUnavailable(_link.Where);
        }
    }

    /// <summary>
    /// For other changes that must survive a failover, such as a subject's index entry, which the replicas must have before the record gets content. With too few replicas the change fails
    /// and is retried. It is not withdrawn, because it does no harm.
    /// </summary>
    public ValueTask<RedisResult> RunAsync(RecordScript script, RedisKey key, RedisValue[] arguments, CancellationToken cancellation) =>
        RunAsync(script, key, arguments, static _ => true, ticket: null, cancellation);

    public ValueTask DisposeAsync() => _nodes?.DisposeAsync() ?? default;

    private async Task<RedisResult> RunDurablyAsync(
        DurableNodes nodes, RecordScript script, RedisKey key, RedisValue[] arguments, Func<RedisResult, bool> grants, Func<RedisResult, RedisValue[]>? ticket)
    {
        for (var tries = 1; ; tries++)
        {
            var reply = await nodes.RunAsync(script, key, arguments);
            if (!grants(reply.Result))
                return reply.Result;
            var (acknowledged, reason) = await AcknowledgeAsync(reply);
            var enough = acknowledged >= _link.Options.DurableReplicas;
            if (enough && reply.IsUnbroken)
                return reply.Result;
            // The connection broke. The same owner repeats the claim, which is idempotent, on the new connection.
            if (enough && tries < MaximumTries)
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
    /// Best effort: a record that is not withdrawn comes into doubt after its lease, which is safe, although nothing was sent. Uses the ordinary connection, because the other one may be
    /// blocked by WAIT. Arriving late does no harm, see the script.
    /// </summary>
    private async Task WithdrawAsync(RedisKey key, RedisValue[] ticket)
    {
        try
        {
            await _link.RunAsync(RecordScript.Withdraw, key, ticket, _clock, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // The caller throws its own refusal.
        }
    }

    private StoreUnavailableException Refusal(long acknowledged, bool enough, Exception? reason, bool ofPermission)
    {
        var cause = reason is null && !enough
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{acknowledged} of {_link.Options.DurableReplicas} replicas acknowledged within {_link.Options.DurableTimeout.TotalMilliseconds} ms")
            : "the connection was lost before the replicas acknowledged";
        var consequence = ofPermission ? "; nothing is sent" : "";
        return new(StoreFailure.Refused, $"Redis at {_link.Where}: {cause}{consequence}. Look at the replicas, or lower Store:Redis:Durability", reason);
    }
}
