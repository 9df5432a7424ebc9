using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tokens;

/// <summary>
/// A cache of one issuer's keys. An unknown key id triggers another fetch, but never more often than <see cref="Interval"/>, so that made-up ids cannot flood the
/// issuer. While the issuer cannot be reached, known keys stay valid for a day; after that its tokens cannot be verified. An empty key set is a valid answer: the
/// issuer has revoked all keys, and none of its tokens is accepted.
/// </summary>
internal sealed partial class RemoteKeys(IssuerSnapshot issuer, KeyDownload download, TimeProvider clock, ILogger logger)
{
    /// <summary>The shortest time between two fetches.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>The age from which keys are fetched again in the background, so that under steady traffic no request waits for a fetch.</summary>
    public static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(10);

    /// <summary>The age from which a request waits for the fetch. So a revoked key is accepted for at most this long, while the issuer can be reached.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(15);

    /// <summary>The age up to which keys are accepted while the issuer cannot be reached.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private volatile Fetched? _fetched;
    private Task _fetching = Task.CompletedTask;
    private long? _lastAttempt;
    private bool _lastFailed;

    public async ValueTask<KeySearch> FindAsync(string? id, TokenAlgorithm algorithm)
    {
        var known = Known(id, algorithm, out var age);
        if (known is not null && age < RenewAfter)
            return known;
        var fetching = FetchIfDueAsync();
        // After a failed fetch, only requests without a known key wait for the next one.
        if (known is not null && (age < FreshFor || HasFailed))
            return known;
        await fetching;
        if (Known(id, algorithm, out _) is { } found)
            return found;
        lock (_gate)
            return _lastFailed ? new KeySearch.Unavailable(UntilNext()) : KeySearch.None.Instance;
    }

    private bool HasFailed
    {
        get
        {
            lock (_gate)
                return _lastFailed;
        }
    }

    private KeySearch.Found? Known(string? id, TokenAlgorithm algorithm, out TimeSpan age)
    {
        age = TimeSpan.Zero;
        if (_fetched is not { } fetched)
            return null;
        age = clock.GetElapsedTime(fetched.At);
        return age < GoodFor && fetched.Keys.For(id, algorithm) is { Count: > 0 } keys ? new(keys) : null;
    }

    /// <summary>Joins the fetch that is under way, or starts one unless the last was less than <see cref="Interval"/> ago.</summary>
    private Task FetchIfDueAsync()
    {
        lock (_gate)
        {
            if (_fetching.IsCompleted && UntilNext() <= TimeSpan.Zero)
            {
                _lastAttempt = clock.GetTimestamp();
                _fetching = FetchAsync();
            }
            return _fetching;
        }
    }

    private TimeSpan UntilNext() => _lastAttempt is { } last ? Interval - clock.GetElapsedTime(last) : TimeSpan.Zero;

    private async Task FetchAsync()
    {
        try
        {
            await Task.Yield();
            var keys = await download.GetAsync(issuer);
            _fetched = new(keys, clock.GetTimestamp());
            lock (_gate)
                _lastFailed = false;
            if (keys.Count > 0)
                LogFetched(logger, issuer.Name, keys.Count);
            else
                LogNone(logger, issuer.Name);
        }
        catch (KeyDownloadException e)
        {
            lock (_gate)
                _lastFailed = true;
            LogFailed(logger, issuer.Name, e.Message, _fetched is null ? "no keys are known" : "the known keys stay valid, for a day at most");
        }
    }

    private sealed record Fetched(VerificationKeys Keys, long At);

    [LoggerMessage(Telemetry.EventIds.IssuerKeysFetched, LogLevel.Information, "Issuer {Issuer} has {Count} usable keys")]
    private static partial void LogFetched(ILogger logger, string issuer, int count);

    [LoggerMessage(Telemetry.EventIds.IssuerKeysNone, LogLevel.Error,
        "Issuer {Issuer} publishes no usable key: none of its tokens is accepted until it does")]
    private static partial void LogNone(ILogger logger, string issuer);

    [LoggerMessage(Telemetry.EventIds.IssuerKeysMissing, LogLevel.Error, "The keys of issuer {Issuer} cannot be fetched: {Problem}; {Consequence}")]
    private static partial void LogFailed(ILogger logger, string issuer, string problem, string consequence);
}
