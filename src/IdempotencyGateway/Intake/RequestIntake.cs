using System.Runtime.InteropServices;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Exchange;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Intake;

/// <summary>Turns an HTTP request into a <see cref="GuardedRequest"/>, lets it pass unguarded, or refuses it: steps 1 to 3 of an exchange.</summary>
public sealed class RequestIntake(
    StoreSecret secret, CallerScopeReader callers, BodySpool bodies, FingerprintHasher fingerprints, LimitReplies limits, TimeProvider clock)
{
    /// <param name="report">Its route carries the configuration that applies to this request to its end, even if there is a reload meanwhile.</param>
    public async ValueTask<IntakeResult> ReadAsync(HttpContext context, ExchangeReport report)
    {
        if (FramingCheck.FindAmbiguity(context.Request) is { } ambiguous)
            return new IntakeResult.Refused(ambiguous, Key: null);
        var route = report.Route.Guard;
        if (route is null || !route.Guards(context.Request.Method))
        {
            if (GuardEvasion.Find(report.Route.Snapshot, context.Request) is { } evasive)
                return new IntakeResult.Refused(evasive, Key: null);
            return (route ?? report.Route.DryRun) is { } named ? await LetPassAsync(context, report, named) : IntakeResult.Unguarded.Untouched;
        }
        return await ReadAsync(context, report, route, passing: null);
    }

    /// <summary>Evaluates a request of a dry run. It counts towards no limit, and its body is read by the forwarder, not here.</summary>
    /// <param name="head">A copy of the request, because this may still run when the request has ended.</param>
    /// <param name="passing">Called at most once, when the body is needed. Its task completes with the body that the forwarder has read.</param>
    internal ValueTask<IntakeResult> ObserveAsync(HttpContext head, ExchangeReport report, GuardedRoute route, Func<Task<SpoolResult>> passing) =>
        ReadAsync(head, report, route, passing);

    /// <param name="passing">The source of the body in a dry run; null for a guarded request.</param>
    private async ValueTask<IntakeResult> ReadAsync(HttpContext context, ExchangeReport report, GuardedRoute route, Func<Task<SpoolResult>>? passing)
    {
        var policy = route.Policy;
        switch (KeyReader.Read(context.Request.Headers, policy.Key))
        {
            case KeyReading.Absent when policy.Key.From.Count > 0:
                return await ReadGuardedAsync(context, report, route, sent: null, passing);
            case KeyReading.Absent when !policy.Key.Required && passing is not null:
                return IntakeResult.Unguarded.Untouched;
            case KeyReading.Absent when !policy.Key.Required:
                return await LetPassAsync(context, report, route) switch
                {
                    IntakeResult.Unguarded(var body) => Unguarded(context, body),
                    var ended => ended,
                };
            case KeyReading.Absent:
                return Refuse(GatewayProblem.KeyMissing, WhereKeysAre(policy.Key), key: null);
            case KeyReading.Invalid(var detail):
                return Refuse(GatewayProblem.KeyInvalid, detail, key: null);
            case KeyReading.Present present:
                return await ReadGuardedAsync(context, report, route, present, passing);
            default:
                throw new InvalidOperationException("no such key reading");
        }
    }

    /// <summary>
    /// Lets a request pass unguarded. If the route's fraud profile writes verdicts into bodies, the body is read all the same: the provider would take a value that the client wrote at that place
    /// for the gateway's verdict.
    /// </summary>
    private async ValueTask<IntakeResult> LetPassAsync(HttpContext context, ExchangeReport report, GuardedRoute route)
    {
        var needsBody = report.Route.Profile is { WritesBody: true };
        if (!needsBody || context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false } || FramingCheck.FindUpgrade(context) is not null)
            return IntakeResult.Unguarded.Untouched;
        var spooled = await bodies.ReadAsync(context, route.Policy.MaxRequestBodyBytes, caller: null);
        return spooled is SpoolResult.Whole(var body) ? new IntakeResult.Unguarded(body) : WithoutBody(spooled, key: null);
    }

    /// <param name="sent">The client's key, or null when it has to be found in the request.</param>
    private async ValueTask<IntakeResult> ReadGuardedAsync(HttpContext context, ExchangeReport report, GuardedRoute route, KeyReading.Present? sent, Func<Task<SpoolResult>>? passing)
    {
        var policy = route.Policy;
        if (FramingCheck.FindUpgrade(context) is { } upgrade)
            return new IntakeResult.Refused(upgrade, sent?.AsSent);
        // If the head alone identifies the caller, this is checked before any memory is used for the body.
        CallerScope? caller = null;
        if (sent is not null && !policy.Caller.NeedsBody)
        {
            var reading = await IdentifyAsync(context, report, route, body: default);
            if (reading.Refusal is { } reply)
                return new IntakeResult.Refused(reply, sent.AsSent);
            caller = reading.Scope;
        }

        var spooled = passing is null ? await bodies.ReadAsync(context, policy.MaxRequestBodyBytes, caller) : await passing();
        return spooled is SpoolResult.Whole(var body) ? await WithBodyAsync(context, report, route, sent, caller, body) : WithoutBody(spooled, sent?.AsSent);
    }

    /// <summary>Identifies the caller, and counts the request towards the caller's limits. A dry run counts towards no limit.</summary>
    /// <param name="body">The whole body if the route's policy finds credentials there; else it may be empty.</param>
    private async ValueTask<CallerReading> IdentifyAsync(HttpContext context, ExchangeReport report, GuardedRoute route, ReadOnlyMemory<byte> body)
    {
        var reading = await callers.ReadAsync(context, route.Policy.Caller, report.Route.Snapshot.TrustedPeers, body);
        if (reading.Scope is { } caller && !route.Policy.DryRun && report.Permit!.TryBelongTo(caller) is { } reached)
            return new(null, limits.ReplyTo(reached));
        return reading;
    }

    private static IntakeResult WithoutBody(SpoolResult spooled, string? key) => spooled switch
    {
        SpoolResult.Refused(var reply) => new IntakeResult.Refused(reply, key),
        SpoolResult.ClientGone => IntakeResult.ClientGone.Instance,
        _ => throw new InvalidOperationException("no such spool result"),
    };

    /// <param name="told">The caller, if the head alone identified it.</param>
    private async ValueTask<IntakeResult> WithBodyAsync(
        HttpContext context, ExchangeReport report, GuardedRoute route, KeyReading.Present? sent, CallerScope? told, SpooledBody body)
    {
        var policy = route.Policy;
        var handedOver = false;
        try
        {
            var values = sent is null ? SourceReader.FindKey(policy.Key.From, context.Request, policy.Caller, body.Bytes.Span) : null;
            if (sent is null && values is null)
            {
                handedOver = !policy.Key.Required;
                return handedOver ? Unguarded(context, body) : Refuse(GatewayProblem.KeyMissing, WhereKeysAre(policy.Key), key: null);
            }
            if (told is null)
            {
                var reading = await IdentifyAsync(context, report, route, body.Bytes);
                if (reading.Refusal is { } reply)
                    return new IntakeResult.Refused(reply, sent?.AsSent);
                told = reading.Scope;
            }
            var caller = told!.Value;

            if (FirstSent.FindProblem(context.Request.Headers, route, clock) is { } late)
                return new IntakeResult.Refused(late, sent?.AsSent);
            if (!TryReadConsent(context.Request, policy, body, out var consent))
                return Refuse(GatewayProblem.ConsentMissing, $"Send the id of the consent that this request relies on, in one of: {string.Join(", ", policy.ConsentFrom)}.", sent?.AsSent);

            BackendChoice? clusters = null;
            if (route.Backends is { } backends && (clusters = BackendSelector.Choose(backends, context.Request, policy.Caller, body.Bytes.Span)) is null)
                return Refuse(GatewayProblem.NoBackend, $"No rule of {backends.Name} matches this request, and there is no default. Nothing was sent.", sent?.AsSent);

            var key = sent?.Key ?? IdempotencyKey.Derive(secret, caller, route.RouteId, OperationOf(context.Request, policy.Key), values);
            var fingerprint = FingerprintOf(context.Request, policy.Fingerprint, body);
            var record = StorageKey.Derive(
                secret, caller, route.RouteId, key, OperationOf(context.Request, policy.Key), policy.Fingerprint.OnMismatch == OnMismatch.Separate ? fingerprint : null);
            var asSent = sent?.AsSent ?? key.Value;
            handedOver = true;
            return new IntakeResult.Guarded(new(report, route, asSent, record, fingerprint, body)
            {
                Caller = caller,
                // ForwardAgain relies on the provider to recognise the key of a repeated request. Clients may spell one key in two ways, so one form is always sent.
                KeyForProvider = policy.OnUnknown == OnUnknown.ForwardAgain ? key.ToHeaderValue() : asSent,
                Backends = clusters,
                Consent = consent,
            });
        }
        finally
        {
            if (!handedOver)
                body.Dispose();
        }
    }

    /// <param name="consent">Null if the route requires none.</param>
    private bool TryReadConsent(HttpRequest request, IdempotencyPolicy policy, SpooledBody body, out Digest256? consent)
    {
        consent = null;
        foreach (var source in policy.ConsentFrom)
        {
            if (SourceReader.Find(source, request, policy.Caller, body.Bytes.Span) is not { } id)
                continue;
            consent = ConsentDigest.Of(secret, id);
            return true;
        }
        return policy.ConsentFrom.Count == 0;
    }

    private Fingerprint FingerprintOf(HttpRequest request, FingerprintPolicy policy, SpooledBody body)
    {
        var (method, path) = OperationOf(request);
        return fingerprints.Compute(new FingerprintSubject
        {
            Method = method,
            Path = path,
            Query = request.QueryString.Value ?? "",
            Headers = policy.Headers.Count == 0 ? [] : CollectionsMarshal.AsSpan(SourceReader.Headers(request.Headers, policy.Headers)),
            ContentType = request.ContentType,
            Body = body.Bytes.Span,
            Form = policy.Body,
            Except = policy.Except,
        }).Fingerprint;
    }

    private static Operation OperationOf(HttpRequest request) =>
        new(HttpMethods.GetCanonicalizedValue(request.Method), KeptEscapes.NameOf(request));

    private static Operation? OperationOf(HttpRequest request, KeyPolicy policy) =>
        policy.Per == KeyPer.Operation ? OperationOf(request) : null;

    private static IntakeResult.Unguarded Unguarded(HttpContext context, SpooledBody? body)
    {
        GuardedHeaders.Add(context, GuardedHeaders.Unguarded, key: null);
        return new(body);
    }

    private static string WhereKeysAre(KeyPolicy policy) => policy.From.Count == 0
        ? $"Send a {policy.Header} header that is unique to the operation, such as a UUID, and the same one on every retry."
        : $"Send a {policy.Header} header that is unique to the operation, or one of: {string.Join(", ", policy.From)}; and the same on every retry.";

    private static IntakeResult.Refused Refuse(GatewayProblem problem, string detail, string? key) => new(new(problem, detail), key);
}
