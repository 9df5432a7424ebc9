using IdempotencyGateway.Intake;

namespace IdempotencyGateway.Configuration.Reload;

/// <summary>What takes part in the names of a route's records, its own id first of all. Where that changes, a retry of an earlier request names another record: it is a new request, and is sent.</summary>
internal static class RecordNames
{
    /// <returns>Ids of routes that were guarded, and are not any more or name their records otherwise.</returns>
    public static IReadOnlyList<string> Changed(GatewaySnapshot before, GatewaySnapshot next) =>
    [
        .. before.GuardedRoutes.Values
            .Where(route => !next.GuardedRoutes.TryGetValue(route.RouteId, out var later) || !Parts(later).SequenceEqual(Parts(route), StringComparer.Ordinal))
            .Select(route => route.RouteId)
            .Order(StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>In text, so that lists compare by what is in them.</summary>
    private static IEnumerable<string> Parts(GuardedRoute route)
    {
        var (key, caller, fingerprint) = (route.Policy.Key, route.Policy.Caller, route.Policy.Fingerprint);
        yield return $"{key.Per} {string.Join(' ', key.From)}";
        yield return $"{caller.Scope} {string.Join(' ', caller.Headers)}";
        yield return string.Join(' ', caller.From);
        if (caller.Scope == CallerScopeKind.ClientCertificate)
            yield return caller.Certificate.ToString();
        if (caller.Issuer is { } issuer)
            yield return $"{issuer.Issuer} {string.Join(' ', issuer.CallerClaims)}";
        yield return fingerprint.OnMismatch.ToString();
        if (fingerprint.OnMismatch == OnMismatch.Separate)
        {
            yield return $"{fingerprint.Body} {string.Join(' ', fingerprint.Headers)}";
            yield return string.Join(' ', fingerprint.Except.Members);
            yield return string.Join(' ', fingerprint.Except.Fields);
        }
    }
}
