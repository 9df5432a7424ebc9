using System.Buffers.Binary;
using System.Security.Cryptography;
using IdempotencyGateway.Configuration;
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
/// Scores one request: consults all sources of its profile, within the profile's time budget, and makes the verdict. A source that cannot be consulted makes the verdict degraded; no failure in
/// here stops an exchange.
/// </summary>
public sealed partial class RiskAssessor(
    StoreSecret secret, SourceFiles files, SubjectTokens tokens, ISightings sightings, RiskServices services, GatewayMetrics metrics, TimeProvider clock, ILogger<RiskAssessor> logger)
{
    private readonly DeviceIds _devices = new(secret);
    private volatile KnownSenders? _known;

    /// <param name="guarded">Null for a request without a record.</param>
    /// <param name="body">The client's body; null when it was not buffered.</param>
    internal async ValueTask<RiskFeature> AssessAsync(HttpContext context, FraudProfile profile, GuardedRequest? guarded, SpooledBody? body)
    {
        var began = clock.GetTimestamp();
        var chosen = ChosenRoute.Of(context);
        Findings? findings = null;
        RiskFeature? risk;
        try
        {
            // Taken before any look-up. A verdict from files that change meanwhile then goes into the old cache and is dropped with it.
            var known = profile.LooksAtSendersAlone ? KnownUnder(chosen.Snapshot.Fraud) : null;
            var sender = Sender.Of(context, chosen.Snapshot.Fraud);
            risk = known?.Find(profile, sender, clock.GetUtcNow());
            if (risk is null)
            {
                findings = new(profile.Model);
                await FindAsync(context, profile, sender, guarded, body, findings, began);
                risk = Judge(findings, profile);
                known?.Keep(sender, risk);
            }
        }
#pragma warning disable CA1031 // A bug in a signal must not put a request in doubt that was never sent, so it only makes the verdict degraded.
        catch (Exception bug)
#pragma warning restore CA1031
        {
            LogFailed(logger, bug, chosen.RouteId);
            metrics.RiskSourceFailed("gateway");
            findings ??= new(profile.Model);
            findings.Missing("gateway");
            risk = Judge(findings, profile);
        }
        metrics.RiskTook(chosen.RouteId, clock.GetElapsedTime(began));
        return risk;
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
        HttpContext context, FraudProfile profile, Sender sender, GuardedRequest? guarded, SpooledBody? body, Findings findings, long began)
    {
        var token = SubjectTokens.AreReadBy(profile) ? await tokens.ReadAsync(context, profile, profile.Budget - clock.GetElapsedTime(began), findings) : null;
        var (traits, location) = Look(context.Request, profile, sender, guarded, body, token, findings);
        var history = History.Of(secret, profile, guarded, traits, location);
        if (history is null && profile.External.Count == 0)
            return;

        // The services and the store are queried concurrently.
        var asking = services.AskAllAsync(profile, sender.Client.Address, traits, began);
        if (history is not null)
            await CountAsync(profile, history, findings, began);
        foreach (var (service, answer) in await asking)
            ServiceSignals.Note(service, answer, findings);
    }

    /// <summary>Everything that can be found in memory, without waiting.</summary>
    private (RequestTraits Traits, LocationAnswer Location) Look(
        HttpRequest request, FraudProfile profile, Sender sender, GuardedRequest? guarded, SpooledBody? body, SubjectToken? token, Findings findings)
    {
        var bytes = (body?.Bytes ?? ReadOnlyMemory<byte>.Empty).Span;
        var (client, device) = sender;
        ClientSignals.Find(client, findings);
        DeviceSignals.Find(device, findings);
        var traits = RequestTraits.Of(secret, request, client.Address, profile, guarded, bytes, token, _devices.Of(device));
        findings.Fact(SignalNames.DeviceId, IdOf(traits.Device));
        EdgeSignals.Find(request, client.IsPeerTrusted, profile, findings);
        var location = AddressSignals.Find(client, files.Of(profile), findings);
        GeoSignals.Find(device.AcceptLanguage, request, profile, location, bytes, findings);
        return (traits, location);
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

    /// <summary>The cache for the current configuration and files. If two requests replace an outdated one at the same time, one of the new caches is lost, which is harmless.</summary>
    private KnownSenders KnownUnder(FraudSnapshot fraud)
    {
        var version = files.Version;
        if (_known is not { } known || !known.IsFor(fraud, version))
            _known = known = new(fraud, version);
        return known;
    }

    private RiskFeature Judge(Findings findings, FraudProfile profile) => new(profile, Decide(findings.Judge(clock.GetUtcNow(), profile.ActionFor), profile));

    /// <summary>Applies the profile's overrides to the action of the verdict.</summary>
    private static Verdict Decide(Verdict verdict, FraudProfile profile) => profile switch
    {
        { DryRun: true } => verdict with { Action = RiskAction.Annotate.Instance },
        { OnDegraded: OnDegraded.Block } when verdict.Degraded => verdict with { Action = RiskAction.Block.Instance },
        _ => verdict,
    };

    /// <summary>Fire and forget: nobody waits for it, and a failure is not retried.</summary>
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

    /// <summary>Identifies an operation, alike in all its attempts, so that it is counted once. Random for a request without a record. Never 0.</summary>
    internal static ulong OperationOf(GuardedRequest? request)
    {
        if (request is not null)
            return request.StorageKey.Digest.D | 1;
        Span<byte> random = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(random);
        return BinaryPrimitives.ReadUInt64LittleEndian(random) | 1;
    }

    /// <summary>Truncated to sixteen bytes, which are enough to distinguish devices.</summary>
    private static FieldValue IdOf(SightingKey device)
    {
        Span<byte> bytes = stackalloc byte[Digest256.SizeInBytes];
        device.Digest.Write(bytes);
        return FieldValue.OfBytes(bytes[..16]);
    }

    [LoggerMessage(EventIds.RiskSourceFailed, LogLevel.Error, "Route {RouteId}: scoring a request failed unexpectedly; its verdict is degraded")]
    private static partial void LogFailed(ILogger logger, Exception exception, string routeId);
}
