using IdempotencyGateway.Admin;
using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Claims;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Exchange;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Housekeeping;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Recording;
using IdempotencyGateway.Replay;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace IdempotencyGateway.Hosting;

/// <summary>What the gateway is made of, room by room.</summary>
internal static class GatewayServices
{
    public static void Add(IServiceCollection services, SnapshotSource snapshots, GatewayParts parts)
    {
        var snapshot = snapshots.Current;
        services.AddSingleton(snapshots);
        services.AddSingleton(parts.Clock);
        services.AddSingleton(parts.Secret);
        services.AddSingleton(parts.Store);

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

        // Housekeeping. Hosted services stop in the reverse order, and all of them after the listener: first the exchanges, then their deferred writes.
        services.AddSingleton<DeferredWrites>();
        services.AddHostedService(provider => provider.GetRequiredService<DeferredWrites>());
        services.AddHostedService<ExpirySweeper>();
        services.AddSingleton<ExchangesUnderWay>();
        services.AddHostedService(provider => provider.GetRequiredService<ExchangesUnderWay>());

        // Forwarding
        services.AddReverseProxy()
            .LoadFromMemory(snapshot.Routes, snapshot.Clusters)
            .AddTransforms<GuardedRequestTransform>();
        services.AddSingleton<IForwarderHttpClientFactory, OneShotHttpClientFactory>();

        AdminServices.Add(services, snapshot.Admin, parts);
    }
}

/// <summary>What the gateway is given from outside.</summary>
/// <param name="Store">Closed by whoever opened it.</param>
public sealed record GatewayParts(IIdempotencyStore Store, StoreSecret Secret, TimeProvider Clock)
{
    /// <summary>Who may operate it; without any, only this machine may.</summary>
    public AdminTokens AdminTokens { get; init; } = AdminTokens.None;
}
