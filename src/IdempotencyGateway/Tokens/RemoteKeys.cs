using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tokens;

/// <summary>
/// One issuer's keys as they were fetched last. An id that is not among them is looked for once more, but nobody can have the issuer asked more often than the
/// interval allows, however many ids they make up. Keys that were good stay good while the issuer cannot be asked, for a day; then nobody can be told. A set without
/// keys is an answer: the issuer has taken all of them back, and no token of it counts.
/// </summary>
internal sealed partial class RemoteKeys(IssuerSnapshot issuer, KeyDownload download, TimeProvider clock, ILogger logger)
{
    /// <summary>At least this long between two fetches.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>From then on they are fetched in the background, so that a gateway with something to do never waits for it.</summary>
    public static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(10);

    /// <summary>A key that the issuer takes back counts for at most this long, while the issuer can be asked. Who comes later waits for the answer.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(15);

    /// <summary>The same when it cannot.</summary>
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
        var asking = AskAsync();
        // Once it did not answer, nobody waits for it again but who cannot be told without.
        if (known is not null && (age < FreshFor || IsAway))
            return known;
        await asking;
        if (Known(id, algorithm, out _) is { } found)
            return found;
        lock (_gate)
            return _lastFailed ? new KeySearch.Unavailable(UntilNext()) : KeySearch.None.Instance;
    }

    private bool IsAway
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

    /// <summary>Joins the fetch that is under way, begins one, or does nothing because the last was just now.</summary>
    private Task AskAsync()
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
            LogFailed(logger, issuer.Name, e.Message, _fetched is null ? "none are known" : "the ones known stay, for a day at most");
        }
    }

    private sealed record Fetched(VerificationKeys Keys, long At);

    [LoggerMessage(Telemetry.EventIds.IssuerKeysFetched, LogLevel.Information, "Issuer {Issuer} has {Count} keys that can be used")]
    private static partial void LogFetched(ILogger logger, string issuer, int count);

    [LoggerMessage(Telemetry.EventIds.IssuerKeysNone, LogLevel.Error,
        "Issuer {Issuer} publishes no key that can be used: none of its tokens counts until it does")]
    private static partial void LogNone(ILogger logger, string issuer);

    [LoggerMessage(Telemetry.EventIds.IssuerKeysMissing, LogLevel.Error, "The keys of issuer {Issuer} cannot be fetched: {Problem}; {Consequence}")]
    private static partial void LogFailed(ILogger logger, string issuer, string problem, string consequence);
}
