using IdempotencyGateway.Core.Stores;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>Runs a script by its hash, or by its text when the server does not have it (after a restart, on a new node of a Cluster).</summary>
internal static class ScriptRunner
{
    /// <summary>While a slot moves, the server replies with redirections. The library follows one, and another may come right after it.</summary>
    private const int MaximumTries = 4;

    /// <summary>Runs the script within the operation timeout. It may run twice, which is harmless because each script is idempotent for its owner.</summary>
    /// <exception cref="StoreUnavailableException">There was no reply, or an error. The script may have run.</exception>
    public static ValueTask<RedisResult> RunAsync(
        this RedisLink link, RecordScript script, RedisKey key, RedisValue[] arguments, TimeProvider clock, CancellationToken cancellation) =>
        link.RunAsync(script, [key], arguments, clock, cancellation);

    /// <param name="keys">On a Cluster, all in one slot.</param>
    /// <exception cref="StoreUnavailableException">There was no reply, or an error. The script may have run.</exception>
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
                link.RefreshTopology();
            throw e.ToUnavailable(link.Where);
        }
    }

    private static async Task<RedisResult> AskAsync(IDatabase database, RecordScript script, RedisKey[] keys, RedisValue[] arguments)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await database.ScriptEvaluateAsync(script.Sha1, keys, arguments);
            }
            catch (RedisServerException e) when (RedisFailures.Has(e.Message, "NOSCRIPT") && tries < MaximumTries)
            {
                if (await TryRunTextAsync(database, script, keys, arguments) is { } answer)
                    return answer;
            }
            catch (RedisServerException e) when (IsRedirection(e.Message) && tries < MaximumTries)
            {
                // The library has learned the new node from the redirection.
            }
        }
    }

    /// <summary>Runs the script by its text, after which the server has its hash. Null when the server redirected.</summary>
    public static async Task<RedisResult?> TryRunTextAsync(IDatabase database, RecordScript script, RedisKey[] keys, RedisValue[] arguments)
    {
        object[] command = [script.Text, keys.Length, .. keys, .. arguments];
        try
        {
            return await database.ExecuteAsync("EVAL", command);
        }
        catch (RedisServerException e) when (IsRedirection(e.Message))
        {
            return null;
        }
    }

    private static bool IsRedirection(string reply) => RedisFailures.Has(reply, "MOVED") || RedisFailures.Has(reply, "ASK") || RedisFailures.Has(reply, "TRYAGAIN");
}
