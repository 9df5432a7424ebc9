using IdempotencyGateway.Configuration;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Providers;

/// <summary>
/// The present token of one cluster. Asked for when it is needed first and again shortly before it expires, once for all who need it; kept in memory only.
/// </summary>
internal sealed partial class TokenSource(
    string cluster, OAuthClient settings, ClientCertificateFile? certificate, GatewayMetrics metrics, TimeProvider clock, ILogger logger) : IDisposable
{
    /// <summary>A token is given up this much earlier than it expires, or a tenth of its life where that is less.</summary>
    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(30);

    /// <summary>How long a failure stands for those who come after it: a flood of requests must not become a flood of token requests.</summary>
    private static readonly TimeSpan FailureHolds = TimeSpan.FromSeconds(1);

    private readonly TokenEndpoint _endpoint = new(settings, certificate);
    private readonly Lock _gate = new();
    private Held? _held;
    private Task<Held>? _asking;

    public OAuthClient Settings => settings;

    public ClientCertificateFile? Certificate => certificate;

    /// <param name="left">Whoever leaves does not end the question: it goes on for the others.</param>
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

    /// <summary>The provider would not have this one; the next request gets another.</summary>
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
        // Not under the lock of whoever asked first.
        await Task.Yield();
        Held? held = null;
        try
        {
            var began = clock.GetTimestamp();
            held = await _endpoint.AskAsync() switch
            {
                TokenAnswer.Granted(_, var lifetime) granted => new(granted, began, lifetime - Min(LongestMargin, lifetime / 10)),
                TokenAnswer.Failed failed => new(failed, clock.GetTimestamp(), FailureHolds),
                _ => throw new InvalidOperationException("no such answer"),
            };
            Tell(held.Answer);
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

    private void Tell(TokenAnswer answer)
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
