using System.Collections.Frozen;
using System.Globalization;
using IdempotencyGateway.Configuration;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// Gives configuration snapshots to YARP. A reload is atomic: YARP swaps its route table, and each route in it carries the snapshot that it was made from
/// (<see cref="CarryingMetadata{T}"/>), so no request sees the routes of one snapshot and the policies of another.
/// </summary>
public sealed class ProviderRoutes(GatewaySnapshot initial) : IProxyConfigProvider, IConfigChangeListener
{
    private Table _table = new(initial, 1);

    public IProxyConfig GetConfig() => Volatile.Read(ref _table);

    /// <summary>Has YARP match new requests by this validated snapshot. Calls must not overlap.</summary>
    /// <returns>Null when YARP applied it; else the reason for which YARP refused it and keeps the routes it has.</returns>
    public Task<Exception?> ApplyAsync(GatewaySnapshot snapshot)
    {
        var next = new Table(snapshot, _table.Number + 1);
        var previous = Interlocked.Exchange(ref _table, next);
        previous.Expire();
        return next.Verdict;
    }

    void IConfigChangeListener.ConfigurationLoadingFailed(IProxyConfigProvider configProvider, Exception exception)
    {
        // GetConfig does not fail.
    }

    void IConfigChangeListener.ConfigurationLoaded(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
        // Loaded is not yet applied.
    }

    void IConfigChangeListener.ConfigurationApplyingFailed(IReadOnlyList<IProxyConfig> proxyConfigs, Exception exception) => Decide(proxyConfigs, exception);

    void IConfigChangeListener.ConfigurationApplied(IReadOnlyList<IProxyConfig> proxyConfigs) => Decide(proxyConfigs, null);

    private static void Decide(IReadOnlyList<IProxyConfig> tables, Exception? refusal)
    {
        foreach (var table in tables.OfType<Table>())
            table.Decide(refusal);
    }

    private sealed class Table : IProxyConfig
    {
        private static readonly FrozenDictionary<string, string> NoText = FrozenDictionary<string, string>.Empty;

        private readonly ConfigurationReloadToken _expired = new();
        private readonly TaskCompletionSource<Exception?> _verdict = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Table(GatewaySnapshot snapshot, long number)
        {
            Number = number;
            // YARP keeps its old route object where a route's text has not changed. The number changes the text, so that each reload replaces the snapshot, too.
            Routes = [.. snapshot.Routes.Select(route => route with
            {
                Metadata = new CarryingMetadata<ChosenRoute>(
                    new Dictionary<string, string>(route.Metadata ?? NoText, StringComparer.OrdinalIgnoreCase) { ["Reload"] = number.ToString(CultureInfo.InvariantCulture) },
                    new(route.RouteId, snapshot)),
            })];
            Clusters = [.. snapshot.Clusters.Select(cluster => cluster with
            {
                Metadata = new CarryingMetadata<ProviderCredentials?>(cluster.Metadata ?? NoText, snapshot.Providers.GetValueOrDefault(cluster.ClusterId)),
            })];
        }

        public long Number { get; }

        public IReadOnlyList<RouteConfig> Routes { get; }

        public IReadOnlyList<ClusterConfig> Clusters { get; }

        public IChangeToken ChangeToken => _expired;

        public Task<Exception?> Verdict => _verdict.Task;

        public void Expire() => _expired.OnReload();

        public void Decide(Exception? refusal) => _verdict.TrySetResult(refusal);
    }
}
