using System.Collections.Concurrent;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Fraud.Services;

/// <summary>
/// Asks all external services of a profile about a request, concurrently. Each has a timeout within the profile's budget and a circuit breaker, so that a service that keeps
/// failing does not delay every request. Equal concurrent questions are asked once, and answers are cached if the profile says so.
/// </summary>
public sealed class RiskServices(GatewayMetrics metrics, TimeProvider clock) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        // Personal data goes to the configured service and must not follow a redirect elsewhere. Cookies would link requests to each other.
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseHeadersLength = 16,
        ActivityHeadersPropagator = null,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly ConcurrentDictionary<Uri, ServiceCircuit> _circuits = new();
    private readonly AnswerCache _answers = new(clock);
    private readonly QuestionsUnderWay _underWay = new();

    /// <summary>The names of the services whose circuits are open now.</summary>
    internal IReadOnlyList<string> LeftAlone => [.. _circuits.Values.Where(circuit => circuit.IsOpen).Select(circuit => circuit.Name).Order(StringComparer.Ordinal)];

    /// <param name="began">The clock's timestamp at which the profile's budget began.</param>
    /// <returns>The answers in the profile's order; null for a service that gave no usable score.</returns>
    internal async ValueTask<IReadOnlyList<(ExternalSource Service, ServiceAnswer? Answer)>> AskAllAsync(
        FraudProfile profile, NetworkAddress? client, RequestTraits traits, long began)
    {
        if (profile.External.Count == 0)
            return [];
        var question = ServiceExchange.Question(client, traits);
        var asked = profile.External.Select(service => AskOrRecallAsync(service, profile.Budget - clock.GetElapsedTime(began), question)).ToArray();
        var answers = await Task.WhenAll(asked);
        return [.. profile.External.Zip(answers)];
    }

    public void Dispose() => _http.Dispose();

    private async Task<ServiceAnswer?> AskOrRecallAsync(ExternalSource service, TimeSpan left, byte[] question)
    {
        if (service.CacheFor > TimeSpan.Zero)
        {
            var known = _answers.Find(service, question);
            metrics.RiskSourceRecalled(service.Name, isHit: known is not null);
            if (known is not null)
                return known;
        }
        var patience = left < service.Timeout ? left : service.Timeout;
        try
        {
            var answer = await _underWay.AskAsync(service, question, () => AskAndKeepAsync(service, question))
                .WaitAsync(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, clock);
            if (answer is null)
                metrics.RiskSourceFailed(service.Name);
            return answer;
        }
        catch (TimeoutException)
        {
            metrics.RiskSourceFailed(service.Name);
            return null;
        }
    }

    private async Task<ServiceAnswer?> AskAndKeepAsync(ExternalSource service, byte[] question)
    {
        var answer = await AskAsync(service, question);
        if (answer is not null && service.CacheFor > TimeSpan.Zero)
            _answers.Keep(service, question, answer);
        return answer;
    }

    private async Task<ServiceAnswer?> AskAsync(ExternalSource service, byte[] question)
    {
        var circuit = _circuits.GetOrAdd(service.Url, _ => new ServiceCircuit(service.Name, clock));
        if (!circuit.TryEnter())
            return null;
        var asked = clock.GetTimestamp();
        ServiceAnswer? answer = null;
        try
        {
            using var limit = new CancellationTokenSource(service.Timeout, clock);
            answer = await ServiceExchange.AskAsync(_http, service, question, limit.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or UnauthorizedAccessException or FormatException)
        {
            // The last two come from a token file that is unreadable or has more in it than a token. For the request, every failure means the same: no score.
        }
        finally
        {
            circuit.Leave(answer is not null);
            metrics.RiskSourceAnswered(service.Name, clock.GetElapsedTime(asked));
        }
        return answer;
    }
}
