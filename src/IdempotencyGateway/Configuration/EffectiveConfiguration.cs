using System.Collections.Frozen;
using System.Text.Json.Nodes;
using IdempotencyGateway.Configuration.Reading;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Configuration;

/// <summary>
/// The configuration in force, in the file's own words. What is shown is chosen name by name, so that what a section may hold some day (a credential in a transform,
/// a password in an address) is left out until somebody decides otherwise.
/// </summary>
internal static class EffectiveConfiguration
{
    private static readonly FrozenDictionary<string, DestinationConfig> NoDestinations = FrozenDictionary<string, DestinationConfig>.Empty;

    public static JsonObject Of(GatewaySnapshot snapshot) => new()
    {
        ["Listen"] = Listen(snapshot.Listen),
        ["Store"] = new JsonObject { ["Kind"] = snapshot.Store.Kind.ToString() },
        ["Admin"] = new JsonObject { ["TokenFile"] = snapshot.Admin.TokenFile ?? "none", ["AuditFile"] = snapshot.Admin.AuditFile },
        ["Idempotency"] = new JsonObject
        {
            ["TrustedPeers"] = List(snapshot.TrustedPeers.Select(peer => peer.ToString())),
            ["Policies"] = Named(snapshot.Policies.Values.Select(policy => (policy.Name, Policy(policy)))),
        },
        ["Fraud"] = new JsonObject { ["Profiles"] = Named(snapshot.Fraud.Profiles.Values.Select(profile => (profile.Name, Profile(profile)))) },
        ["Limits"] = new JsonObject { ["BufferedBodies"] = SizeText.Format(snapshot.Limits.BufferedBodiesBytes) },
        ["Cache"] = new JsonObject { ["MaxSize"] = SizeText.Format(snapshot.Cache.MaxBytes), ["MaxAge"] = DurationText.Format(snapshot.Cache.MaxAge) },
        ["Shutdown"] = new JsonObject { ["Grace"] = DurationText.Format(snapshot.Shutdown.Grace) },
        ["ReverseProxy"] = new JsonObject
        {
            ["Routes"] = Named(snapshot.Routes.Select(route => (route.RouteId, Route(route, snapshot)))),
            ["Clusters"] = Named(snapshot.Clusters.Select(cluster => (cluster.ClusterId, Cluster(cluster)))),
        },
    };

    private static JsonObject Listen(ListenSnapshot listen) => new()
    {
        ["Proxy"] = List(listen.Proxy.Select(Address)),
        ["Http2"] = List(listen.Http2.Select(Address)),
        ["Admin"] = listen.Admin is null ? "none" : Address(listen.Admin),
    };

    private static JsonObject Policy(IdempotencyPolicy policy) => new()
    {
        ["Methods"] = List(policy.Methods.Order(StringComparer.Ordinal)),
        ["Key"] = new JsonObject
        {
            ["Header"] = policy.Key.Header,
            ["From"] = List(policy.Key.From.Select(source => source.ToString())),
            ["Required"] = policy.Key.Required,
            ["Per"] = policy.Key.Per.ToString(),
            ["ForwardAs"] = policy.Key.ForwardAs ?? "none",
        },
        ["Caller"] = new JsonObject
        {
            ["Scope"] = policy.Caller.Scope.ToString(),
            ["Headers"] = List(policy.Caller.Headers),
            ["From"] = List(policy.Caller.From.Select(source => source.ToString())),
        },
        ["Fingerprint"] = new JsonObject
        {
            ["Body"] = policy.Fingerprint.Body.ToString(),
            ["Headers"] = List(policy.Fingerprint.Headers),
            ["OnMismatch"] = policy.Fingerprint.OnMismatch.ToString(),
        },
        ["InFlight"] = new JsonObject { ["Mode"] = policy.InFlight.Mode.ToString(), ["Timeout"] = DurationText.Format(policy.InFlight.Timeout) },
        ["Lease"] = DurationText.Format(policy.Lease),
        ["Deadline"] = DurationText.Format(policy.Deadline),
        ["Retention"] = DurationText.Format(policy.Retention),
        ["MaxRequestBody"] = SizeText.Format(policy.MaxRequestBodyBytes),
        ["Record"] = new JsonObject
        {
            ["Statuses"] = List(policy.Record.Settlement.Final.Patterns),
            ["MaxBody"] = SizeText.Format(policy.Record.MaxBodyBytes),
        },
        ["OnUnknown"] = policy.OnUnknown.ToString(),
        ["OnStoreDown"] = policy.OnStoreDown.ToString(),
    };

    private static JsonObject Profile(FraudProfile profile) => new()
    {
        ["Budget"] = DurationText.Format(profile.Budget),
        ["OnDegraded"] = profile.OnDegraded.ToString(),
        ["DryRun"] = profile.DryRun,
        ["Model"] = profile.Model.Name,
        ["Lists"] = List(profile.Lists.Select(list => list.Name)),
        ["Velocity"] = List(profile.Velocity.Select(rule => rule.By.ToString())),
        ["External"] = List(profile.External.Select(source => source.Name)),
        ["Actions"] = List(profile.Actions.Select(action => $"{action.Key}: {action.Value}")),
        ["SignWith"] = profile.SignWith?.Name ?? "none",
    };

    private static JsonObject Route(RouteConfig route, GatewaySnapshot snapshot) => new()
    {
        ["ClusterId"] = route.ClusterId,
        ["Order"] = route.Order,
        ["Path"] = route.Match.Path,
        ["Hosts"] = List(route.Match.Hosts ?? []),
        ["Methods"] = List(route.Match.Methods ?? []),
        ["Idempotency"] = snapshot.GuardedRoutes.TryGetValue(route.RouteId, out var guarded) ? guarded.Policy.Name : null,
        ["Transforms"] = List((route.Transforms ?? []).Select(transform => transform.Keys.FirstOrDefault() ?? "")),
    };

    private static JsonObject Cluster(ClusterConfig cluster) => new()
    {
        ["LoadBalancingPolicy"] = cluster.LoadBalancingPolicy,
        ["ActiveHealthCheck"] = cluster.HealthCheck?.Active?.Enabled ?? false,
        ["PassiveHealthCheck"] = cluster.HealthCheck?.Passive?.Enabled ?? false,
        ["Destinations"] = Named((cluster.Destinations ?? NoDestinations)
            .Select(d => (d.Key, new JsonObject { ["Address"] = Redacted(d.Value.Address) }))),
    };

    /// <summary>Without user information and query, where people put passwords.</summary>
    private static string Redacted(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) ? url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) : "?";

    private static string Address(Uri url) => url.GetLeftPart(UriPartial.Authority);

    private static JsonArray List(IEnumerable<string> values) => [.. values.Select(value => (JsonNode)value)];

    private static JsonObject Named(IEnumerable<(string Name, JsonObject Value)> entries)
    {
        var named = new JsonObject();
        foreach (var (name, value) in entries.OrderBy(e => e.Name, StringComparer.OrdinalIgnoreCase))
            named[name] = value;
        return named;
    }
}
