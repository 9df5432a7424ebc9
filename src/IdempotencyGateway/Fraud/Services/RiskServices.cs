using System.Collections.Concurrent;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Fraud.Services;

/// <summary>
/// Asks the services of a profile about a request, all at once. Each has its own time limit within the profile's budget, and a circuit: one that failed several times in a row is left
/// alone for a while, so that its silence does not become everybody's delay.
/// </summary>
public sealed class RiskServices(GatewayMetrics metrics, TimeProvider clock) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        // An answer is an answer: who asks about a person's address follows nobody elsewhere, and shares no cookie between two requests.
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

    /// <param name="began">When the profile's budget began, as a timestamp of the clock.</param>
    /// <returns>In the profile's order, with a score of 0 to 100, or null for a service that has given none.</returns>
    internal async ValueTask<IReadOnlyList<(ExternalSource Service, double? Score)>> AskAllAsync(
        FraudProfile profile, NetworkAddress? client, RequestTraits traits, long began)
    {
        if (profile.External.Count == 0)
            return [];
        var asked = profile.External.Select(service => AskAsync(service, profile.Budget - clock.GetElapsedTime(began), client, traits)).ToArray();
        var scores = await Task.WhenAll(asked);
        return [.. profile.External.Zip(scores)];
    }

    public void Dispose() => _http.Dispose();

    private async Task<double?> AskAsync(ExternalSource service, TimeSpan left, NetworkAddress? client, RequestTraits traits)
    {
        var circuit = _circuits.GetOrAdd(service.Url, _ => new ServiceCircuit(clock));
        if (!circuit.TryEnter())
        {
            metrics.RiskSourceFailed(service.Name);
            return null;
        }
        var asked = clock.GetTimestamp();
        double? score = null;
        try
        {
            var patience = left < service.Timeout ? left : service.Timeout;
            using var limit = new CancellationTokenSource(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, clock);
            score = await ServiceExchange.AskAsync(_http, service, client, traits, limit.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or UnauthorizedAccessException)
        {
            // Told below as what it is to a request: no score.
        }
        finally
        {
            circuit.Leave(score is not null);
            metrics.RiskSourceAnswered(service.Name, clock.GetElapsedTime(asked));
        }
        if (score is null)
            metrics.RiskSourceFailed(service.Name);
        return score;
    }
}
