using System.Buffers.Binary;
using System.Security.Cryptography;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Fraud.Databases;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Exchange;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Fraud.Services;
using IdempotencyGateway.Fraud.Signals;
using IdempotencyGateway.Fraud.Sources;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Fraud;

/// <summary>
/// Finds out what there is to find out about one request, within its profile's budget, and judges. Whatever cannot be asked makes the verdict degraded; nothing that goes wrong in
/// here stops an exchange.
/// </summary>
public sealed partial class RiskAssessor(
    StoreSecret secret, SourceFiles files, SubjectTokens tokens, ISightings sightings, RiskServices services, GatewayMetrics metrics, TimeProvider clock, ILogger<RiskAssessor> logger)
{
    private readonly DeviceIds _devices = new(secret);

    /// <param name="guarded">Null for a request without a record.</param>
    /// <param name="body">The client's own; null when it has not been taken in.</param>
    internal async ValueTask<Verdict> AssessAsync(HttpContext context, FraudProfile profile, GuardedRequest? guarded, SpooledBody? body)
    {
        var began = clock.GetTimestamp();
        var chosen = ChosenRoute.Of(context);
        var findings = new Findings(profile.Model);
        try
        {
            await FindAsync(context, chosen.Snapshot.Fraud, profile, guarded, body, findings, began);
        }
#pragma warning disable CA1031 // A bug in a signal must not become a doubt about a request that was never sent: the verdict says that something is missing.
        catch (Exception bug)
#pragma warning restore CA1031
        {
            LogFailed(logger, bug, chosen.RouteId);
            metrics.RiskSourceFailed("gateway");
            findings.Missing("gateway");
        }
        var verdict = Decide(findings.Judge(clock.GetUtcNow(), profile.ActionFor), profile);
        metrics.RiskTook(chosen.RouteId, clock.GetElapsedTime(began));
        return verdict;
    }

    internal void NoteMismatch(HttpContext context, FraudProfile profile, GuardedRequest request)
    {
        if (profile.CountsCallers && RequestTraits.CredentialOf(secret, context.Request, request) is { } caller)
            Note(new Sighting(SightingKey.Derive(secret, SightingKind.Mismatch, caller.Digest), request.Fingerprint.Digest.D | 1));
    }

    internal void NoteAnswer(HttpContext context, FraudProfile profile, GuardedRequest request, int status)
    {
        if (!profile.CountsCallers || RequestTraits.CredentialOf(secret, context.Request, request) is not { } caller)
            return;
        var operation = OperationOf(request);
        var answer = new Sighting(SightingKey.Derive(secret, SightingKind.Answer, caller.Digest), operation);
        var rejection = new Sighting(SightingKey.Derive(secret, SightingKind.Rejection, caller.Digest), operation) { Counts = status is >= 400 and < 500 };
        Note(answer, rejection);
    }

    private async ValueTask FindAsync(
        HttpContext context, FraudSnapshot fraud, FraudProfile profile, GuardedRequest? guarded, SpooledBody? body, Findings findings, long began)
    {
        var token = SubjectTokens.AreReadBy(profile) ? await tokens.ReadAsync(context, profile, profile.Budget - clock.GetElapsedTime(began), findings) : null;
        var (client, traits, location) = Look(context, fraud, profile, guarded, body, token, findings);
        var history = History.Of(secret, profile, guarded, traits, location);
        if (history is null && profile.External.Count == 0)
            return;

        // Both are under way before either is waited for.
        var asking = services.AskAllAsync(profile, client, traits, began);
        if (history is not null)
            await CountAsync(profile, history, findings, began);
        foreach (var (service, answer) in await asking)
            ServiceSignals.Note(service, answer, findings);
    }

    /// <summary>All that is known without asking anybody.</summary>
    private (NetworkAddress? Client, RequestTraits Traits, LocationAnswer Location) Look(
        HttpContext context, FraudSnapshot fraud, FraudProfile profile, GuardedRequest? guarded, SpooledBody? body, SubjectToken? token, Findings findings)
    {
        var bytes = (body?.Bytes ?? ReadOnlyMemory<byte>.Empty).Span;
        var client = ClientSignals.Find(context, fraud, findings);
        var ja4 = Ja4Of(context);
        DeviceSignals.Find(context.Request, ja4, findings);
        var traits = RequestTraits.Of(secret, context.Request, client.Address, profile, guarded, bytes, token, _devices.Of(context.Request, ja4));
        findings.Fact(SignalNames.DeviceId, IdOf(traits.Device));
        EdgeSignals.Find(context.Request, client.IsPeerTrusted, profile, findings);
        var location = AddressSignals.Find(client, profile, files, findings);
        GeoSignals.Find(context.Request, profile, location, bytes, findings);
        return (client.Address, traits, location);
    }

    private async ValueTask CountAsync(FraudProfile profile, History history, Findings findings, long began)
    {
        var asked = clock.GetTimestamp();
        try
        {
            history.Judge(await sightings.SeeAsync(history.Sightings, CancellationToken.None).WithinAsync(profile.Budget - clock.GetElapsedTime(began), clock), profile, findings);
        }
        catch (Exception e) when (e is StoreUnavailableException or TimeoutException)
        {
            metrics.RiskSourceFailed("sightings");
            findings.Missing("sightings");
        }
        finally
        {
            metrics.RiskSourceAnswered("sightings", clock.GetElapsedTime(asked));
        }
    }

    /// <summary>What a profile does with what its levels ask for.</summary>
    private static Verdict Decide(Verdict verdict, FraudProfile profile) => profile switch
    {
        { DryRun: true } => verdict with { Action = RiskAction.Annotate.Instance },
        { OnDegraded: OnDegraded.Block } when verdict.Degraded => verdict with { Action = RiskAction.Block.Instance },
        _ => verdict,
    };

    /// <summary>Nobody waits for it, and what the store cannot take is not worth a repetition.</summary>
    private void Note(params Sighting[] noted)
    {
        _ = NoteAsync();

        async Task NoteAsync()
        {
            try
            {
                await sightings.SeeAsync(noted, CancellationToken.None);
            }
            catch (StoreUnavailableException)
            {
                metrics.RiskSourceFailed("sightings");
            }
        }
    }

    /// <summary>The same for every attempt at it; never 0.</summary>
    internal static ulong OperationOf(GuardedRequest? request)
    {
        if (request is not null)
            return request.StorageKey.Digest.D | 1;
        Span<byte> random = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(random);
        return BinaryPrimitives.ReadUInt64LittleEndian(random) | 1;
    }

    /// <summary>Null while TLS ends in front of the gateway.</summary>
    private static string? Ja4Of(HttpContext context) => context.Request.IsHttps ? context.Features.Get<IClientHelloFeature>()?.Ja4 : null;

    /// <summary>Sixteen bytes tell devices apart.</summary>
    private static FieldValue IdOf(SightingKey device)
    {
        Span<byte> bytes = stackalloc byte[Digest256.SizeInBytes];
        device.Digest.Write(bytes);
        return FieldValue.OfBytes(bytes[..16]);
    }

    [LoggerMessage(EventIds.RiskSourceFailed, LogLevel.Error, "Route {RouteId}: scoring a request failed unexpectedly; its verdict is degraded")]
    private static partial void LogFailed(ILogger logger, Exception exception, string routeId);
}
