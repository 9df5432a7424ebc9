using IdempotencyGateway.Admin;
using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Claims;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Exchange;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Fraud;
using IdempotencyGateway.Housekeeping;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Recording;
using IdempotencyGateway.Replay;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Telemetry.Exposition;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace IdempotencyGateway.Hosting;

/// <summary>What the gateway is made of, room by room.</summary>
internal static class GatewayServices
{
    public static void Add(IServiceCollection services, SnapshotSource snapshots, GatewayParts parts, GatewayMetrics metrics)
    {
        var snapshot = snapshots.Current;
        services.AddSingleton(snapshots);
        services.AddSingleton(parts.Clock);
        services.AddSingleton(parts.Secret);

        // Telemetry stands around the store; what else a store can do is asked of it directly.
        services.AddSingleton(_ => metrics);
        services.AddSingleton<RequestTraces>();
        services.AddSingleton(_ => new TraceExport(Environment.GetEnvironmentVariable));
        services.AddSingleton<IIdempotencyStore>(new ObservedStore(parts.Store, metrics, parts.Clock));
        services.AddSingleton(new UnsettledCensus(parts.Store as IUnsettledCount));
        services.AddSingleton<GatewayMetrics.Watched>();
        services.AddSingleton<PrometheusExposition>();

        // Intake
        services.AddSingleton(new MemoryBudget(snapshot.Limits.BufferedBodiesBytes));
        services.AddSingleton<BodySpool>();
        services.AddSingleton<CallerScopeReader>();
        services.AddSingleton<FingerprintHasher>();
        services.AddSingleton<RequestIntake>();

        // Claims
        services.AddSingleton<OwnerSource>();
        services.AddSingleton<LeaderTable>();
        var signals = parts.Store as IRecordSignals ?? new NoSignals(parts.Clock);
        services.AddSingleton(signals);
        services.AddSingleton(_ => new CompletedCopies(snapshot.Cache, signals, parts.Clock));

        // Recording and replay
        services.AddSingleton<ResponseRecorder>();
        services.AddSingleton<ResponseReplayer>();
        services.AddSingleton<ProblemWriter>();
        services.AddSingleton<ExchangeReplies>();
        services.AddSingleton<ExchangeEnding>();

        // Housekeeping. Hosted services stop in the reverse order, and all of them after the listener: first the exchanges, then their deferred writes.
        services.AddSingleton<DeferredWrites>();
        services.AddHostedService(provider => provider.GetRequiredService<DeferredWrites>());
        if (parts.Store is IExpirySweep sweep)
        {
            services.AddSingleton(sweep);
            services.AddHostedService<ExpirySweeper>();
        }
        services.AddSingleton<ExchangesUnderWay>();
        services.AddHostedService(provider => provider.GetRequiredService<ExchangesUnderWay>());

        FraudServices.Add(services, parts);
        AddForwarding(services, snapshot);

        // Configuration
        services.AddHostedService<ConfigurationReload>();

        AdminServices.Add(services, snapshot.Admin, parts);
    }

    private static void AddForwarding(IServiceCollection services, GatewaySnapshot snapshot)
    {
        var routes = new ProviderRoutes(snapshot);
        services.AddSingleton(routes);
        services.AddSingleton<IProxyConfigProvider>(routes);
        services.AddSingleton<IConfigChangeListener>(routes);
        services.AddReverseProxy().AddTransforms<GuardedRequestTransform>()
            .AddTransformFactory<FraudSignalsTransform>().AddTransforms<RiskHeadersTransform>();
        services.AddSingleton<DestinationPlans>();
        services.AddSingleton<IForwarderHttpClientFactory, OneShotHttpClientFactory>();
    }
}

/// <summary>What the gateway is given from outside.</summary>
/// <param name="Store">Closed by whoever opened it.</param>
public sealed record GatewayParts(IIdempotencyStore Store, StoreSecret Secret, TimeProvider Clock)
{
    /// <summary>Who may operate it; without any, only this machine may.</summary>
    public AdminTokens AdminTokens { get; init; } = AdminTokens.None;
}
