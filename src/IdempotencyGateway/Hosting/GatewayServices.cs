using IdempotencyGateway.Admin;
using IdempotencyGateway.Claims;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.DryRuns;
using IdempotencyGateway.Exchange;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Fraud;
using IdempotencyGateway.Housekeeping;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Protection.Encryption;
using IdempotencyGateway.Providers;
using IdempotencyGateway.Recording;
using IdempotencyGateway.Replay;
using IdempotencyGateway.Stores.Resilience;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Subjects;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Telemetry.Exposition;
using IdempotencyGateway.Tokens;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace IdempotencyGateway.Hosting;

/// <summary>Registers the gateway's services, grouped by folder.</summary>
internal static class GatewayServices
{
    public static void Add(IServiceCollection services, SnapshotSource snapshots, GatewayParts parts, GatewayMetrics metrics)
    {
        var snapshot = snapshots.Current;
        services.AddSingleton(snapshots);
        services.AddSingleton(parts.Clock);
        services.AddSingleton(parts.Secret);

        AddTelemetry(services, parts, metrics);
        AddStore(services, parts, metrics);
        AddLimits(services, OpenFiles.Fit(snapshot.Limits, parts.OpenFiles), metrics);

        // Intake
        services.AddSingleton<BodySpool>();
        AddCallers(services);
        services.AddSingleton<FingerprintHasher>();
        services.AddSingleton<RequestIntake>();

        // Dry runs
        services.AddSingleton<DryRunObserver>();
        services.AddHostedService<DryRunNotices>();

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
        services.AddSingleton<HeadRefusals>();

        // Subjects. The index holds only keyed hashes, so it needs no encryption.
        services.AddSingleton(parts.Store as ISubjectIndex ?? new NoSubjects());
        services.AddSingleton<SubjectReader>();
        services.AddSingleton<SubjectEraser>();

        // Housekeeping. Hosted services stop after the listener and in reverse order: the exchanges drain first, then their deferred writes.
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
        AddExchange(services);

        // Configuration
        services.AddHostedService<ConfigurationReload>();

        AdminServices.Add(services, snapshot.Admin, parts);
    }

    private static void AddLimits(IServiceCollection services, LimitsSnapshot limits, GatewayMetrics metrics)
    {
        services.AddSingleton(limits);
        services.AddSingleton<GatewayLimits>();
        services.AddSingleton<ConnectionGate>();
        services.AddSingleton<LimitReplies>();
        services.AddSingleton(new MemoryBudget(limits.BufferedBodiesBytes, limits.BufferedBodiesPerCallerBytes));
        services.AddSingleton(new AnswerBudget(limits.HeldAnswersBytes, metrics));
    }

    private static void AddTelemetry(IServiceCollection services, GatewayParts parts, GatewayMetrics metrics)
    {
        services.AddSingleton(_ => metrics);
        services.AddSingleton<RequestTraces>();
        services.AddSingleton<ExchangeReporter>();
        services.AddSingleton(_ => new TraceExport(Environment.GetEnvironmentVariable));
        services.AddSingleton(new DoubtCensus(parts.Store as IDoubtList));
        services.AddSingleton(new StoreCondition(parts.Store as IStoreCircuit));
        if (parts.Store is IStoreCircuit circuit)
        {
            services.AddSingleton(circuit);
            services.AddHostedService<StoreCircuitLog>();
        }
        if (parts.Store is SqliteIdempotencyStore embedded)
        {
            services.AddSingleton(embedded);
            services.AddHostedService<CheckpointLog>();
        }
        services.AddSingleton<GatewayMetrics.Watched>();
        services.AddSingleton<PrometheusExposition>();
    }

    /// <summary>
    /// Decorates the store, first with telemetry and then with encryption: the gateway sees plain records, telemetry and the store see encrypted ones. Of the store's other interfaces, only the
    /// list of doubts is decorated.
    /// </summary>
    private static void AddStore(IServiceCollection services, GatewayParts parts, GatewayMetrics metrics)
    {
        var observed = new ObservedStore(parts.Store, metrics, parts.Clock);
        var doubts = parts.Store as IDoubtList;
        if (parts.KeyRing is not { } ring)
        {
            services.AddSingleton<IIdempotencyStore>(observed);
            if (doubts is not null)
                services.AddSingleton(doubts);
            return;
        }
        services.AddSingleton(ring);
        services.AddSingleton<RecordCipher>();
        services.AddSingleton<RecordSeal>();
        services.AddSingleton<IIdempotencyStore>(provider => new SealedStore(observed, provider.GetRequiredService<RecordSeal>()));
        if (doubts is not null)
            services.AddSingleton<IDoubtList>(provider => new SealedDoubts(doubts, provider.GetRequiredService<RecordSeal>()));
        if (ring.Watched is not { } watched)
            return;
        services.AddSingleton(watched);
        services.AddHostedService<KeyRingReload>();
    }

    private static void AddCallers(IServiceCollection services)
    {
        services.AddSingleton<CallerScopeReader>();
        services.AddSingleton<KeyDownload>();
        services.AddSingleton<IssuerKeys>();
        services.AddSingleton<TokenVerifier>();
        services.AddSingleton(provider => new TokenCallers(provider.GetRequiredService<StoreSecret>(), provider.GetRequiredService<TokenVerifier>()));
    }

    private static void AddForwarding(IServiceCollection services, GatewaySnapshot snapshot)
    {
        var routes = new ProviderRoutes(snapshot);
        services.AddSingleton(routes);
        services.AddSingleton<IProxyConfigProvider>(routes);
        services.AddSingleton<IConfigChangeListener>(routes);
        services.AddReverseProxy().AddTransforms<GuardedRequestTransform>()
            .AddTransformFactory<FraudSignalsTransform>().AddTransforms<RiskHeadersTransform>();
        UnusedByProxy.Remove(services);
        services.AddSingleton<DestinationPlanner>();
        services.AddSingleton<ProviderIdentities>();
        services.AddSingleton<IForwarderHttpClientFactory, OneShotHttpClientFactory>();
    }

    private static void AddExchange(IServiceCollection services)
    {
        services.AddSingleton<ExchangeClaims>();
        services.AddSingleton<ExchangeEnrichment>();
        services.AddSingleton<ExchangeEnding>();
        services.AddSingleton<ExchangeReplies>();
        services.AddSingleton<FaultReplies>();
    }
}
