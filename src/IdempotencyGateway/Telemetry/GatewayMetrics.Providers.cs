using System.Diagnostics.Metrics;

namespace IdempotencyGateway.Telemetry;

/// <summary>The gateway's own tokens for providers.</summary>
public sealed partial class GatewayMetrics
{
    private Counter<long> _providerTokens = null!;

    public void ProviderTokenFetched() => _providerTokens.Add(1, new KeyValuePair<string, object?>("result", "fetched"));

    public void ProviderTokenFailed() => _providerTokens.Add(1, new KeyValuePair<string, object?>("result", "failed"));

    /// <summary>The provider rejected a token before it expired.</summary>
    public void ProviderTokenRejected() => _providerTokens.Add(1, new KeyValuePair<string, object?>("result", "rejected"));

    private void CreateProviders() =>
        _providerTokens = Meter.CreateCounter<long>("idempotency_gateway.provider_tokens", "{token}", "The gateway's own access tokens for providers, by what became of them.");
}
