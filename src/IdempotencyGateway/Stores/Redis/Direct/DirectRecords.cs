using System.Runtime.CompilerServices;
using System.Text;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis.Direct;

/// <summary>
/// Claims and transitions by the <see cref="DirectLane"/>, where it is open. A claim is one command of Redis's own, SET where nothing is: it grants what nobody asked for before and
/// reads what is done; everything between is left to the script. So is whatever Redis answers with an error: nothing has run then, and the library knows what to do.
/// All of it stands in every exchange, hence pooled.
/// </summary>
internal sealed class DirectRecords(RedisLink link, DirectLane lane)
{
    /// <summary>So many claims without an answer, and the next is not expected to find one.</summary>
    private const int Expecting = 16;

    /// <summary>The connection on which SET would not do both, set where there is nothing and tell what there is: Redis before 7.</summary>
    private DirectConnection? _withoutClaims;

    /// <summary>Claims since one found an answer. Counted by many at once and so only about right, which is enough.</summary>
    private int _sinceAnswer = Expecting;

    /// <param name="record">What is written where there is none.</param>
    /// <returns>Null: nothing has been changed, ask the script.</returns>
    /// <exception cref="StoreUnavailableException">No answer. It may have run.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ClaimResult?> TryClaimAsync(ClaimRequest request, RedisKey key, byte[] record, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (lane.Connection is not { } connection || connection == Volatile.Read(ref _withoutClaims))
            return null;
        byte[] name = key;
        var retention = CommandWriter.Number(RecordLayout.Milliseconds(request.Retention));
        if (connection.TryAsk(cancellation, Words.Set, name, record, Words.IfAbsent, Words.AndGet, Words.ExpireIn, retention) is not { } writing)
            return null;
        // Of use for an answer only, and then no second round trip. Where answers are rare it would be work for nothing: there the script reads the few.
        var looking = _sinceAnswer < Expecting ? connection.TryAsk(cancellation, Words.TimeLeft, name) : null;
        var found = await ReadAsync(writing);
        var answer = found.Kind == DirectReplyKind.Bytes ? RecordLayout.TryReadDone(found.Bytes!, request.Fingerprint) : null;
        Expect(answer is not null);
        switch (found.Kind)
        {
            case DirectReplyKind.Nothing:
                return new ClaimResult.Won(new ClaimTicket(request.Key, request.Owner, Fence: 1), request.Destination);
            case DirectReplyKind.Bytes when looking is not null && answer is var (response, fence):
                var left = (await ReadAsync(looking.Value)).Number;
                return new ClaimResult.Completed(response, TimeSpan.FromMilliseconds(Math.Max(0, left)), fence);
            case DirectReplyKind.Error when found.Bytes.AsSpan().StartsWith("ERR syntax"u8):
                Volatile.Write(ref _withoutClaims, connection);
                return null;
            default:
                Heed(found);
                return null;
        }
    }

    /// <returns>Null: nothing has been changed, ask by the library.</returns>
    /// <exception cref="StoreUnavailableException">No answer. It may have run.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TransitionResult?> TryChangeAsync(RecordScript script, RedisKey key, RedisValue[] arguments, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (lane.Connection?.TryAsk(cancellation, CommandOf(script, key, arguments)) is not { } asking)
            return null;
        var reply = await ReadAsync(asking);
        if (reply.Kind == DirectReplyKind.Number)
            return RedisReplies.ReadTransition(reply.Number);
        Heed(reply);
        return null;
    }

    private static ReadOnlyMemory<byte>[] CommandOf(RecordScript script, RedisKey key, RedisValue[] arguments)
    {
        var words = new ReadOnlyMemory<byte>[4 + arguments.Length];
        words[0] = Words.RunByHash;
        words[1] = script.Name;
        words[2] = Words.OneKey;
        words[3] = (byte[])key;
        for (var i = 0; i < arguments.Length; i++)
            words[4 + i] = (byte[])arguments[i];
        return words;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<DirectReply> ReadAsync(ValueTask<DirectReply> asking)
    {
        try
        {
            return await asking;
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            throw e.ToUnavailable(link.Where);
        }
    }

    private void Expect(bool answered)
    {
        if (answered)
            _sinceAnswer = 0;
        else if (_sinceAnswer < Expecting)
            _sinceAnswer++;
    }

    /// <summary>A master that has become a replica, or is loading its data anew, is not the one to ask.</summary>
    private void Heed(DirectReply reply)
    {
        if (reply.IsError && Encoding.UTF8.GetString(reply.Bytes!) is var error && (RedisFailures.Has(error, "READONLY") || RedisFailures.Has(error, "LOADING")))
            lane.Reset();
    }
}
