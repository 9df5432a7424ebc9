using IdempotencyGateway.Core.Stores;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>Runs a script by its hash and gives the server the text where it does not know it (after a restart, on a Cluster's new node).</summary>
internal static class ScriptRunner
{
    /// <summary>A slot on the move answers with a direction; the library follows one, and a second one may follow at once.</summary>
    private const int MaximumAskings = 4;

    /// <summary>Bounded in time. Running it twice is harmless, because each script is idempotent for its owner.</summary>
    /// <exception cref="StoreUnavailableException">No answer, or a refusal. It may have run.</exception>
    public static ValueTask<RedisResult> RunAsync(
        this RedisLink link, RecordScript script, RedisKey key, RedisValue[] arguments, TimeProvider clock, CancellationToken cancellation) =>
        link.RunAsync(script, [key], arguments, clock, cancellation);

    /// <param name="keys">On a Cluster, of one slot.</param>
    /// <exception cref="StoreUnavailableException">No answer, or a refusal. It may have run.</exception>
    public static async ValueTask<RedisResult> RunAsync(
        this RedisLink link, RecordScript script, RedisKey[] keys, RedisValue[] arguments, TimeProvider clock, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            return await AskAsync(link.Database, script, keys, arguments).WaitAsync(link.Options.OperationTimeout, clock, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            if (e is RedisServerException refusal && RedisFailures.Has(refusal.Message, "READONLY"))
                link.LookAgain();
            throw e.ToUnavailable(link.Where);
        }
    }

    private static async Task<RedisResult> AskAsync(IDatabase database, RecordScript script, RedisKey[] keys, RedisValue[] arguments)
    {
        for (var asking = 1; ; asking++)
        {
            try
            {
                return await database.ScriptEvaluateAsync(script.Sha1, keys, arguments);
            }
            catch (RedisServerException e) when (RedisFailures.Has(e.Message, "NOSCRIPT"))
            {
                if (await TryTeachAsync(database, script, keys, arguments) is { } answer)
                    return answer;
            }
            catch (RedisServerException e) when (IsDirection(e.Message) && asking < MaximumAskings)
            {
                // The library has learned from it where to ask.
            }
        }
    }

    /// <summary>Runs the text, after which the server knows the hash; null when it was the wrong server.</summary>
    public static async Task<RedisResult?> TryTeachAsync(IDatabase database, RecordScript script, RedisKey[] keys, RedisValue[] arguments)
    {
        object[] command = [script.Text, keys.Length, .. keys, .. arguments];
        try
        {
            return await database.ExecuteAsync("EVAL", command);
        }
        catch (RedisServerException e) when (IsDirection(e.Message))
        {
            return null;
        }
    }

    private static bool IsDirection(string reply) => RedisFailures.Has(reply, "MOVED") || RedisFailures.Has(reply, "ASK") || RedisFailures.Has(reply, "TRYAGAIN");
}
