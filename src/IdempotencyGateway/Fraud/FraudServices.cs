using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Fraud.Services;
using IdempotencyGateway.Fraud.Sources;
using IdempotencyGateway.Hosting;
using IdempotencyGateway.Stores.Sightings;
using IdempotencyGateway.Tokens;

namespace IdempotencyGateway.Fraud;

/// <summary>Registers the services for fraud scoring.</summary>
internal static class FraudServices
{
    public static void Add(IServiceCollection services, GatewayParts parts)
    {
        services.AddSingleton(parts.Store as ISightings ?? TrackMemory.OnWallClock(parts.Clock));
        services.AddSingleton<SourceFiles>();
        services.AddHostedService(provider => provider.GetRequiredService<SourceFiles>());
        services.AddSingleton<RiskServices>();
        services.AddSingleton(provider => new SubjectTokens(provider.GetRequiredService<TokenVerifier>(), parts.Clock));
        services.AddSingleton<RiskAssessor>();
    }
}
