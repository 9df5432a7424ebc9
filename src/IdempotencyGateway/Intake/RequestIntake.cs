using System.Collections.Immutable;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Exchange;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Problems;

namespace IdempotencyGateway.Intake;

/// <summary>Turns an HTTP request into a <see cref="GuardedRequest"/>, or says why not: steps 1 to 3 of an exchange.</summary>
public sealed class RequestIntake(
    StoreSecret secret, CallerScopeReader callers, BodySpool bodies, FingerprintHasher fingerprints)
{
    /// <param name="chosen">The route, with the configuration it belongs to: the one that counts for this request, whatever is reloaded meanwhile.</param>
    public async ValueTask<IntakeResult> ReadAsync(HttpContext context, ChosenRoute chosen)
    {
        var snapshot = chosen.Snapshot;
        if (!snapshot.GuardedRoutes.TryGetValue(chosen.RouteId, out var route) || !route.Policy.Methods.Contains(context.Request.Method))
            return IntakeResult.Unguarded.Instance;

        var policy = route.Policy;
        switch (KeyReader.Read(context.Request.Headers, policy.Key))
        {
            case KeyReading.Absent when !policy.Key.Required:
                GuardedHeaders.Add(context, GuardedHeaders.Unguarded, key: null);
                return IntakeResult.Unguarded.Instance;
            case KeyReading.Absent:
                return Refuse(GatewayProblem.KeyMissing, $"Send a {policy.Key.Header} header that is unique to the operation, such as a UUID, and the same one on every retry.", key: null);
            case KeyReading.Invalid(var detail):
                return Refuse(GatewayProblem.KeyInvalid, detail, key: null);
            case KeyReading.Present(var key, var asSent):
                return await ReadGuardedAsync(context, snapshot, route, key, asSent);
            default:
                throw new InvalidOperationException("no such key reading");
        }
    }

    private async ValueTask<IntakeResult> ReadGuardedAsync(
        HttpContext context, GatewaySnapshot snapshot, GuardedRoute route, IdempotencyKey key, string asSent)
    {
        if (FramingCheck.Find(context) is { } malformed)
            return new IntakeResult.Refused(malformed, asSent);
        if (callers.TryRead(context, route.Policy.Caller, snapshot.TrustedPeers, out var caller) is { } unknown)
            return Refuse(GatewayProblem.CallerUnknown, unknown, asSent);

        return await bodies.ReadAsync(context, route.Policy.MaxRequestBodyBytes) switch
        {
            SpoolResult.Whole(var body) => new IntakeResult.Guarded(Identify(context.Request, route, caller, key, asSent, body)),
            SpoolResult.Refused(var reply) => new IntakeResult.Refused(reply, asSent),
            SpoolResult.ClientGone => IntakeResult.ClientGone.Instance,
            _ => throw new InvalidOperationException("no such spool result"),
        };
    }

    private GuardedRequest Identify(
        HttpRequest request, GuardedRoute route, CallerScope caller, IdempotencyKey key, string asSent, SpooledBody body)
    {
        var policy = route.Policy;
        var method = HttpMethods.GetCanonicalizedValue(request.Method);
        var path = request.PathBase.Add(request.Path).Value ?? "/";
        var fingerprint = fingerprints.Compute(new FingerprintSubject
        {
            Method = method,
            Path = path,
            Query = request.QueryString.Value ?? "",
            Headers = ChosenHeaders(request.Headers, policy.Fingerprint.Headers).AsSpan(),
            ContentType = request.ContentType,
            Body = body.Bytes.Span,
            Form = policy.Fingerprint.Body,
        }).Fingerprint;
        var storageKey = StorageKey.Derive(
            secret,
            caller,
            route.RouteId,
            key,
            policy.Key.Per == KeyPer.Operation ? new Operation(method, path) : null,
            policy.Fingerprint.OnMismatch == OnMismatch.Separate ? fingerprint : null);
        return new(route, asSent, storageKey, fingerprint, body);
    }

    private static ImmutableArray<KeyValuePair<string, string>> ChosenHeaders(IHeaderDictionary headers, IReadOnlyList<string> chosen)
    {
        if (chosen.Count == 0)
            return [];
        var present = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        foreach (var name in chosen)
        {
            foreach (var value in headers[name])
                present.Add(new(name, value ?? ""));
        }
        return present.ToImmutable();
    }

    private static IntakeResult.Refused Refuse(GatewayProblem problem, string detail, string? key) => new(new(problem, detail), key);
}
