using IdempotencyGateway.Configuration;
using IdempotencyGateway.Configuration.Reading;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Hosting.Commands;

/// <summary>Prints a summary of a valid configuration: where the gateway listens, where it keeps records, and what guards each route.</summary>
internal static class SnapshotReport
{
    /// <returns>The exit code of a valid configuration.</returns>
    public static int Show(GatewaySnapshot snapshot, TextWriter output)
    {
        output.WriteLine($"listen   {string.Join(", ", snapshot.Listen.Proxy.Select(Address))}");
        if (snapshot.Listen.Http2.Count > 0)
            output.WriteLine($"http/2   {string.Join(", ", snapshot.Listen.Http2.Select(Address))}");
        output.WriteLine($"admin    {(snapshot.Listen.Admin is { } admin ? Address(admin) : "none")}");
        output.WriteLine($"store    {snapshot.Store.Kind} {Place(snapshot.Store)}");
        output.WriteLine($"secret   {snapshot.Store.SecretFile}");
        output.WriteLine();
        var clusters = snapshot.Clusters.ToDictionary(c => c.ClusterId, StringComparer.OrdinalIgnoreCase);
        TextTable.Write(
            output,
            ["route", "path", "policy", "methods", "key", "scope", "cluster", "destinations", "lease", "deadline", "retention"],
            snapshot.Routes.Select(route => Row(route, snapshot, clusters)));
        foreach (var (route, _) in snapshot.DryRuns.OrderBy(dry => dry.Key, StringComparer.OrdinalIgnoreCase))
            output.WriteLine($"Route {route} is in a dry run and NOT protected: every request is sent, whatever its key.");
        foreach (var profile in snapshot.Fraud.Profiles.Values)
        {
            foreach (var path in profile.Files.Where(path => !File.Exists(path)))
                output.WriteLine($"{path} does not exist: until it does, verdicts of the fraud profile {profile.Name} are degraded.");
        }
        return ExitCode.Success;
    }

    private static string[] Row(RouteConfig route, GatewaySnapshot snapshot, Dictionary<string, ClusterConfig> clusters)
    {
        var destinations = clusters[route.ClusterId!].Destinations!.Values.Select(d => d.Address);
        string[] to = [route.ClusterId!, string.Join(", ", destinations)];
        string[] from = [route.RouteId, route.Match.Path ?? "(any)"];
        if ((snapshot.GuardedRoutes.GetValueOrDefault(route.RouteId) ?? snapshot.DryRuns.GetValueOrDefault(route.RouteId)) is not { } guarded)
            return [.. from, "(unguarded)", "", "", "", .. to, "", "", ""];
        var policy = guarded.Policy;
        if (guarded is { Policy.DryRun: false, Backends: { } backends })
            to = [backends.Name, string.Join(", ", backends.Clusters)];
        return
        [
            .. from,
            policy.DryRun ? $"{policy.Name} (DRY RUN)" : policy.Name,
            string.Join(", ", policy.Methods.Order(StringComparer.Ordinal)),
            policy.Key.Required ? policy.Key.Header : $"{policy.Key.Header} (optional)",
            CallerOf(policy.Caller),
            .. to,
            DurationText.Format(policy.Lease),
            DurationText.Format(policy.Deadline),
            DurationText.Format(policy.Retention),
        ];
    }

    private static string Place(StoreSnapshot store) => store switch
    {
        { Kind: StoreKind.Sqlite } => store.SqlitePath,
        { Kind: StoreKind.RedLock } => $"{string.Join(", ", store.RedLock.Nodes)}, guarding {Place(store with { Kind = StoreKind.Redis })}",
        { Kind: StoreKind.Redis, Redis.Sentinel: { } sentinel } => $"{sentinel.Service} of {string.Join(", ", sentinel.Endpoints)}",
        { Kind: StoreKind.Redis } => string.Join(", ", store.Redis.Endpoints),
        _ => throw new InvalidOperationException($"no place for {store.Kind}"),
    };

    private static string Address(Uri url) => url.GetLeftPart(UriPartial.Authority);

    private static string CallerOf(CallerPolicy caller) => caller.Scope switch
    {
        CallerScopeKind.None => "None",
        CallerScopeKind.ClientCertificate => $"ClientCertificate ({caller.Certificate})",
        CallerScopeKind.Jwt => $"Jwt ({caller.Issuer?.Name}: {string.Join(", ", caller.Issuer?.CallerClaims ?? [])})",
        CallerScopeKind.Credentials or CallerScopeKind.Header => $"{caller.Scope} ({string.Join(", ", caller.Headers)})",
        _ => throw new InvalidOperationException($"no words for {caller.Scope}"),
    };
}
