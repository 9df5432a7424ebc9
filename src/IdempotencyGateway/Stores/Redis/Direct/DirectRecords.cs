using System.Runtime.CompilerServices;
using System.Text;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis.Direct;

/// <summary>
/// A fast path for claims and transitions over the <see cref="DirectLane"/>, while it is open. A claim is a single <c>SET … NX GET</c>: it wins a new key, or returns the existing record,
/// which is the answer if it is done. In every other state the claim script decides. An error reply means that nothing has run, so the library's connection repeats the operation.
/// All of it runs in every exchange, hence the pooled builders.
/// </summary>
internal sealed class DirectRecords(RedisLink link, DirectLane lane)
{
    /// <summary>After this many claims in a row that found no answer, the next is not expected to find one.</summary>
    private const int Expecting = 16;

    /// <summary>The connection whose server does not support NX together with GET (Redis before 7).</summary>
    private DirectConnection? _withoutClaims;

    /// <summary>Claims since one found an answer. Updated without synchronization: an approximate count is enough.</summary>
    private int _sinceAnswer = Expecting;

    /// <param name="record">The record to write if there is none.</param>
    /// <returns>Null when nothing was changed, and the claim script has to decide.</returns>
    /// <exception cref="StoreUnavailableException">There was no reply. The claim may have been granted.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ClaimResult?> TryClaimAsync(ClaimRequest request, RedisKey key, byte[] record, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (lane.Connection is not { } connection || connection == Volatile.Read(ref _withoutClaims))
            return null;
        byte[] name = key;
        var retention = CommandWriter.Number(WholeMilliseconds.Of(request.Retention));
        if (connection.TrySend(cancellation, Words.Set, name, record, Words.IfAbsent, Words.AndGet, Words.ExpireIn, retention) is not { } writing)
            return null;
        // The time to live is needed only for an answer, and asking for it along with the claim saves a second round trip. While answers are rare that would be wasted, so then the script
        // reads them.
        var looking = _sinceAnswer < Expecting ? connection.TrySend(cancellation, Words.TimeLeft, name) : null;
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
                ResetIfNotMaster(found);
                return null;
        }
    }

    /// <returns>Null when nothing was changed, and the library has to send the operation.</returns>
    /// <exception cref="StoreUnavailableException">There was no reply. The transition may have been applied.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TransitionResult?> TryChangeAsync(RecordScript script, RedisKey key, RedisValue[] arguments, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (lane.Connection?.TrySend(cancellation, CommandOf(script, key, arguments)) is not { } pending)
            return null;
        var reply = await ReadAsync(pending);
        if (reply.Kind == DirectReplyKind.Number)
            return RedisReplies.ReadTransition(reply.Number);
        ResetIfNotMaster(reply);
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
    private async ValueTask<DirectReply> ReadAsync(ValueTask<DirectReply> pending)
    {
        try
        {
            return await pending;
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

    /// <summary>Drops the connection when the reply shows that the server has become a replica or is loading its data.</summary>
    private void ResetIfNotMaster(DirectReply reply)
    {
        if (reply.IsError && Encoding.UTF8.GetString(reply.Bytes!) is var error && (RedisFailures.Has(error, "READONLY") || RedisFailures.Has(error, "LOADING")))
            lane.Reset();
    }
}
