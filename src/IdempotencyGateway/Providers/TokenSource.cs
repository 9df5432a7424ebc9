using IdempotencyGateway.Configuration;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Providers;

/// <summary>
/// Caches the token of one cluster in memory. It is requested when first needed and again shortly before it expires; concurrent requests share one token request.
/// </summary>
internal sealed partial class TokenSource(
    string cluster, OAuthClient settings, ClientCertificateFile? certificate, GatewayMetrics metrics, TimeProvider clock, ILogger logger) : IDisposable
{
    /// <summary>A token is replaced this long before it expires, or a tenth of its lifetime before, if that is less.</summary>
    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(30);

    /// <summary>How long a failure is cached, so that a flood of requests does not become a flood of token requests.</summary>
    private static readonly TimeSpan FailureLifetime = TimeSpan.FromSeconds(1);

    private readonly TokenEndpoint _endpoint = new(settings, certificate);
    private readonly Lock _gate = new();
    private Held? _held;
    private Task<Held>? _asking;

    public OAuthClient Settings => settings;

    public ClientCertificateFile? Certificate => certificate;

    /// <param name="left">Cancels this wait only: the token request goes on for the others.</param>
    public ValueTask<TokenAnswer> GetAsync(CancellationToken left)
    {
        Task<Held> asking;
        lock (_gate)
        {
            if (_held is { } held && clock.GetElapsedTime(held.Since) < held.For)
                return new(held.Answer);
            asking = _asking ??= AskAsync();
        }
        return AnswerOf(asking, left);
    }

    /// <summary>Drops a token that the provider answered with 401, if it is still the cached one; the next request gets another.</summary>
    public void Reject(AccessToken token)
    {
        lock (_gate)
        {
            if (_held is not { Answer: TokenAnswer.Granted(var present, _) } || !ReferenceEquals(present, token))
                return;
            _held = null;
        }
        metrics.ProviderTokenRejected();
        LogRejected(logger, cluster);
    }

    public void Dispose() => _endpoint.Dispose();

    private static async ValueTask<TokenAnswer> AnswerOf(Task<Held> asking, CancellationToken left) => (await asking.WaitAsync(left)).Answer;

    private async Task<Held> AskAsync()
    {
        // The caller holds the lock, so the request is made after a yield.
        await Task.Yield();
        Held? held = null;
        try
        {
            var began = clock.GetTimestamp();
            held = await _endpoint.AskAsync() switch
            {
                TokenAnswer.Granted(_, var lifetime) granted => new(granted, began, lifetime - Min(LongestMargin, lifetime / 10)),
                TokenAnswer.Failed failed => new(failed, clock.GetTimestamp(), FailureLifetime),
                _ => throw new InvalidOperationException("no such answer"),
            };
            Report(held.Answer);
            return held;
        }
        finally
        {
            lock (_gate)
            {
                _held = held;
                _asking = null;
            }
        }
    }

    private void Report(TokenAnswer answer)
    {
        if (answer is TokenAnswer.Failed(var reason))
        {
            metrics.ProviderTokenFailed();
            LogFailed(logger, cluster, reason);
            return;
        }
        metrics.ProviderTokenFetched();
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    [LoggerMessage(EventIds.ProviderTokenFailed, LogLevel.Error, "Cluster {Cluster}: no token ({Reason}); requests are not sent without one")]
    private static partial void LogFailed(ILogger logger, string cluster, string reason);

    [LoggerMessage(EventIds.ProviderTokenRejected, LogLevel.Warning, "Cluster {Cluster}: the provider answered 401 to a token that had not expired; the next request gets another")]
    private static partial void LogRejected(ILogger logger, string cluster);

    /// <param name="Since">A timestamp of the clock.</param>
    private sealed record Held(TokenAnswer Answer, long Since, TimeSpan For);
}
