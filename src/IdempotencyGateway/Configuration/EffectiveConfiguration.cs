using System.Collections.Frozen;
using System.Text.Json.Nodes;
using IdempotencyGateway.Configuration.Reading;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Configuration;

/// <summary>
/// The configuration in force, under the file's own names. It is an allow-list: a setting is shown only if it is named here, so that a setting that may hold a secret (a
/// credential in a transform, a password in an address) is never shown by accident.
/// </summary>
internal static class EffectiveConfiguration
{
    private static readonly FrozenDictionary<string, DestinationConfig> NoDestinations = FrozenDictionary<string, DestinationConfig>.Empty;

    public static JsonObject Of(GatewaySnapshot snapshot) => new()
    {
        ["Listen"] = Listen(snapshot.Listen),
        ["Store"] = Store(snapshot.Store),
        ["Admin"] = new JsonObject { ["TokenFile"] = snapshot.Admin.TokenFile ?? "none", ["AuditFile"] = snapshot.Admin.AuditFile },
        ["Idempotency"] = new JsonObject
        {
            ["TrustedPeers"] = List(snapshot.TrustedPeers.Select(peer => peer.ToString())),
            ["Issuers"] = Named(snapshot.Issuers.Values.Select(issuer => (issuer.Name, Issuer(issuer)))),
            ["Policies"] = Named(snapshot.Policies.Values.Select(policy => (policy.Name, Policy(policy)))),
        },
        ["Backends"] = Named(snapshot.Backends.Values.Select(backend => (backend.Name, Backend(backend)))),
        ["Providers"] = Named(snapshot.Providers.Select(provider => (provider.Key, Provider(provider.Value)))),
        ["Limits"] = Limits(snapshot.Limits),
        ["Problems"] = new JsonObject { ["TypeBase"] = snapshot.Problems.TypeBase },
        ["Logging"] = Logging(snapshot.Logging),
        ["Fraud"] = new JsonObject
        {
            ["ForwardingHeader"] = snapshot.Fraud.ForwardingHeader.ToString(),
            ["Profiles"] = Named(snapshot.Fraud.Profiles.Values.Select(profile => (profile.Name, Profile(profile)))),
        },
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
        ["Tls"] = listen.Tls is null ? null : Tls(listen.Tls),
    };

    private static JsonObject Tls(ListenTlsSnapshot tls) => new()
    {
        ["CertificateFile"] = tls.CertificateFile,
        ["KeyFile"] = tls.KeyFile,
        ["PfxFile"] = tls.PfxFile,
        ["PfxPasswordFile"] = tls.PfxPasswordFile,
        ["MinimumVersion"] = tls.MinimumVersion.ToString(),
        ["ClientCertificates"] = tls.ClientCertificates.ToString(),
        ["ClientCaFile"] = tls.ClientCaFile,
        ["ClientRevocation"] = tls.ChecksClientRevocation,
    };

    private static JsonObject Issuer(IssuerSnapshot issuer) => new()
    {
        ["Issuer"] = issuer.Issuer,
        ["Audiences"] = List(issuer.Audiences),
        ["KeysUrl"] = issuer.KeysUrl is null ? null : Redacted(issuer.KeysUrl.OriginalString),
        ["KeysFile"] = issuer.KeysFile?.Path,
        ["Algorithms"] = List(issuer.Algorithms.Select(algorithm => algorithm.ToString())),
        ["CallerClaims"] = List(issuer.CallerClaims),
        ["ClockSkew"] = DurationText.Format(issuer.ClockSkew),
    };

    private static JsonObject Store(StoreSnapshot store)
    {
        var shown = new JsonObject
        {
            ["Kind"] = store.Kind.ToString(),
            ["SecretFile"] = store.SecretFile,
            ["Encryption"] = new JsonObject { ["Enabled"] = store.Encryption.Enabled, ["KeyRingFile"] = store.Encryption.KeyRingFile ?? "none" },
        };
        if (store.Kind == StoreKind.Sqlite)
        {
            shown["Sqlite"] = new JsonObject { ["Path"] = store.SqlitePath, ["MinimumFreeSpace"] = SizeText.Format(store.SqliteMinimumFreeBytes) };
            return shown;
        }
        shown["Redis"] = Redis(store.Redis);
        if (store.Kind == StoreKind.RedLock)
        {
            shown["RedLock"] = new JsonObject
            {
                ["Nodes"] = List(store.RedLock.Nodes.Select(node => node.ToString())),
                ["Timeout"] = DurationText.Format(store.RedLock.Timeout),
                ["ClaimTtl"] = DurationText.Format(store.RedLock.ClaimTtl),
                ["KeyPrefix"] = store.RedLock.KeyPrefix,
            };
        }
        return shown;
    }

    private static JsonObject Redis(RedisSnapshot redis) => new()
    {
        ["Endpoints"] = redis.Sentinel is null ? List(redis.Endpoints.Select(endpoint => endpoint.ToString())) : null,
        ["Sentinel"] = redis.Sentinel is not { } sentinel ? null : new JsonObject
        {
            ["Endpoints"] = List(sentinel.Endpoints.Select(endpoint => endpoint.ToString())),
            ["Service"] = sentinel.Service,
        },
        ["User"] = redis.User,
        ["PasswordFile"] = redis.PasswordFile,
        ["Tls"] = redis.Tls is not null,
        ["CaFile"] = redis.Tls?.CaFile,
        ["CertificateFile"] = redis.Tls?.CertificateFile,
        ["KeyFile"] = redis.Tls?.KeyFile,
        ["Database"] = redis.Database,
        ["KeyPrefix"] = redis.KeyPrefix,
        ["OperationTimeout"] = DurationText.Format(redis.OperationTimeout),
        ["Durability"] = new JsonObject { ["Replicas"] = redis.DurableReplicas, ["Timeout"] = DurationText.Format(redis.DurableTimeout) },
        ["Allow"] = List(redis.Allow.Order().Select(allowance => allowance.ToString())),
    };

    private static JsonObject Logging(LoggingSnapshot logging)
    {
        var levels = new JsonObject { ["Default"] = logging.Level.ToString() };
        foreach (var (source, level) in logging.Levels.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            levels[source] = level.ToString();
        return new()
        {
            ["LogLevel"] = levels,
            ["Console"] = logging.Console.ToString(),
            ["File"] = logging.File is not { } file ? "none" : new JsonObject { ["Path"] = file.Path, ["MaxSize"] = SizeText.Format(file.MaxBytes), ["Keep"] = file.Keep },
        };
    }

    private static JsonObject Limits(LimitsSnapshot limits) => new()
    {
        ["Connections"] = limits.Connections,
        ["IdleConnections"] = DurationText.Format(limits.IdleConnections),
        ["Requests"] = new JsonObject { ["Total"] = limits.Requests, ["PerCaller"] = limits.RequestsPerCaller },
        ["Executions"] = new JsonObject { ["Total"] = limits.Executions, ["PerCaller"] = limits.ExecutionsPerCaller },
        ["Waiters"] = new JsonObject { ["Total"] = limits.Waiters, ["PerCaller"] = limits.WaitersPerCaller },
        ["NewKeys"] = new JsonObject { ["PerCaller"] = limits.NewKeysPerCaller, ["Window"] = DurationText.Format(limits.NewKeysWindow) },
        ["BufferedBodies"] = SizeText.Format(limits.BufferedBodiesBytes),
        ["BufferedBodiesPerCaller"] = SizeText.Format(limits.BufferedBodiesPerCallerBytes),
        ["HeldAnswers"] = SizeText.Format(limits.HeldAnswersBytes),
        ["Head"] = new JsonObject
        {
            ["RequestLine"] = SizeText.Format(limits.Head.RequestLineBytes),
            ["Headers"] = SizeText.Format(limits.Head.HeadersBytes),
            ["MaxHeaders"] = limits.Head.MaxHeaders,
            ["Timeout"] = DurationText.Format(limits.Head.Timeout),
        },
        ["BodyPace"] = new JsonObject { ["PerSecond"] = SizeText.Format(limits.BodyPace.BytesPerSecond), ["Grace"] = DurationText.Format(limits.BodyPace.Grace) },
    };

    private static JsonObject Policy(IdempotencyPolicy policy) => new()
    {
        ["DryRun"] = policy.DryRun,
        ["Methods"] = List(policy.Methods.Order(StringComparer.Ordinal)),
        ["Key"] = new JsonObject
        {
            ["Header"] = policy.Key.Header,
            ["From"] = List(policy.Key.From.Select(source => source.ToString())),
            ["Required"] = policy.Key.Required,
            ["Per"] = policy.Key.Per.ToString(),
            ["Pattern"] = policy.Key.Pattern?.Text ?? "none",
            ["FirstSent"] = policy.Key.FirstSent ?? "none",
            ["ForwardAs"] = policy.Key.ForwardAs ?? "none",
        },
        ["Caller"] = new JsonObject
        {
            ["Scope"] = policy.Caller.Scope.ToString(),
            ["Headers"] = List(policy.Caller.Headers),
            ["From"] = List(policy.Caller.From.Select(source => source.ToString())),
            ["Certificate"] = policy.Caller.Scope == CallerScopeKind.ClientCertificate ? policy.Caller.Certificate.ToString() : null,
            ["Issuer"] = policy.Caller.Issuer?.Name,
        },
        ["Consent"] = new JsonObject { ["From"] = List(policy.ConsentFrom.Select(source => source.ToString())) },
        ["Fingerprint"] = new JsonObject
        {
            ["Body"] = policy.Fingerprint.Body.ToString(),
            ["Headers"] = List(policy.Fingerprint.Headers),
            ["Except"] = List([
                .. policy.Fingerprint.Except.Members.Select(member => $"json:{member}"), .. policy.Fingerprint.Except.Fields.Select(field => $"form:{field}")]),
            ["OnMismatch"] = policy.Fingerprint.OnMismatch.ToString(),
            ["MismatchStatus"] = policy.Fingerprint.MismatchStatus,
        },
        ["InFlight"] = new JsonObject
        {
            ["Mode"] = policy.InFlight.Mode.ToString(),
            ["Timeout"] = DurationText.Format(policy.InFlight.Timeout),
            ["Status"] = policy.InFlight.Status,
        },
        ["Lease"] = DurationText.Format(policy.Lease),
        ["Deadline"] = DurationText.Format(policy.Deadline),
        ["Retention"] = DurationText.Format(policy.Retention),
        ["MaxRequestBody"] = SizeText.Format(policy.MaxRequestBodyBytes),
        ["Record"] = new JsonObject
        {
            ["Statuses"] = List(policy.Record.Settlement.Final.Patterns),
            ["Body"] = policy.Record.Body.ToString(),
            ["Redact"] = List(policy.Record.Redact.Parts.Select(part => part.Text)),
            ["KeepHeaders"] = policy.Record.Headers.Only is { } only ? List(only) : null,
            ["DropHeaders"] = List(policy.Record.Headers.AlsoDropped),
            ["DropTypes"] = List(policy.Record.DropTypes.Select(type => type.ToString())),
            ["MaxBody"] = SizeText.Format(policy.Record.MaxBodyBytes),
            ["ShowExpiry"] = policy.Record.ShowExpiry,
        },
        ["Subject"] = List(policy.Subject.Select(source => source.ToString())),
        ["Erase"] = policy.Erase is not { } erase ? null : new JsonObject { ["Subject"] = List(erase.Subject.Select(source => source.ToString())), ["On"] = List(erase.On.Patterns) },
        ["OnUnknown"] = policy.OnUnknown.ToString(),
        ["OnStoreDown"] = policy.OnStoreDown.ToString(),
    };

    private static JsonObject Backend(BackendPolicy backend) => new()
    {
        ["Rules"] = new JsonArray([.. backend.Rules.Select(rule => new JsonObject
        {
            ["If"] = rule.If.ToString(),
            ["Is"] = List(rule.Is.Order(StringComparer.OrdinalIgnoreCase)),
            ["Then"] = Choice(rule.Then),
        })]),
        ["Otherwise"] = backend.Otherwise is { } otherwise ? Choice(otherwise) : "none",
    };

    private static JsonObject Choice(BackendChoice choice)
    {
        var split = new JsonObject();
        foreach (var (cluster, weight) in choice.Split)
            split[cluster] = weight;
        return new() { ["Split"] = split, ["Failover"] = List(choice.Failover) };
    }

    private static JsonObject Provider(ProviderCredentials provider) => new()
    {
        ["ClientCertificate"] = provider.ClientCertificate is not { } certificate ? "none" : new JsonObject
        {
            ["CertificateFile"] = certificate.CertificateFile,
            ["KeyFile"] = certificate.KeyFile,
        },
        ["OAuth"] = provider.OAuth is not { } oauth ? "none" : new JsonObject
        {
            ["TokenUrl"] = Redacted(oauth.TokenUrl.AbsoluteUri),
            ["ClientId"] = oauth.ClientId,
            ["ClientSecretFile"] = oauth.ClientSecretFile,
            ["Scope"] = oauth.Scope,
            ["Audience"] = oauth.Audience,
            ["Authentication"] = oauth.Authentication.ToString(),
        },
    };

    private static JsonObject Profile(FraudProfile profile) => new()
    {
        ["Budget"] = DurationText.Format(profile.Budget),
        ["OnDegraded"] = profile.OnDegraded.ToString(),
        ["DryRun"] = profile.DryRun,
        ["Model"] = profile.Model.Name,
        ["Issuer"] = profile.Issuer?.Name ?? "none",
        ["Lists"] = List(profile.Lists.Select(list => list.Name)),
        ["Databases"] = new JsonObject
        {
            ["City"] = profile.Databases.City,
            ["Country"] = profile.Databases.Country,
            ["Asn"] = profile.Databases.Asn,
            ["Anonymous"] = profile.Databases.Anonymous,
            ["Risk"] = profile.Databases.Risk,
            ["TorGeoip"] = List(profile.Databases.TorGeoip),
        },
        ["Subject"] = List(profile.Subject.Select(subject => subject.ToString())),
        ["Country"] = profile.Country?.ToString(),
        ["Velocity"] = List(profile.Velocity.Select(rule => rule.By.ToString())),
        ["Edges"] = List(profile.Edges.Select(edge => edge.Header)),
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
        ["Idempotency"] = (snapshot.GuardedRoutes.GetValueOrDefault(route.RouteId) ?? snapshot.DryRuns.GetValueOrDefault(route.RouteId))?.Policy.Name,
        ["DryRun"] = snapshot.DryRuns.ContainsKey(route.RouteId),
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

    /// <summary>Removes user information and query, which may hold passwords.</summary>
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
