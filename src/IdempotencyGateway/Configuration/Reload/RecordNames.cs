using IdempotencyGateway.Intake;

namespace IdempotencyGateway.Configuration.Reload;

/// <summary>Finds routes whose storage keys change with a reload. Storage keys depend on the route's id and on some of its policy. If these change, a retry of an earlier request finds no record and is sent as a new request.</summary>
internal static class RecordNames
{
    /// <returns>Ids of routes that were guarded and no longer are, or that derive other storage keys.</returns>
    public static IReadOnlyList<string> Changed(GatewaySnapshot before, GatewaySnapshot next) =>
    [
        .. before.GuardedRoutes.Values
            .Where(route => !next.GuardedRoutes.TryGetValue(route.RouteId, out var later) || !Parts(later).SequenceEqual(Parts(route), StringComparer.Ordinal))
            .Select(route => route.RouteId)
            .Order(StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>The settings that storage keys depend on, as text, so that lists are compared by their items.</summary>
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
