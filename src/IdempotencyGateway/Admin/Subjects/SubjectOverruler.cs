using System.Globalization;
using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Admin.Audit;
using IdempotencyGateway.Admin.Records;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Subjects;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Admin.Subjects;

/// <summary>Erases all records about a subject for an operator, whichever callers they belong to. The audit log gets a line before the erasure and its result after it.</summary>
internal sealed class SubjectOverruler(
    SubjectEraser eraser, StoreSecret secret, AuditLog audit, GatewayMetrics metrics, TimeProvider clock)
{
    /// <param name="named">The subject's id. Only its keyed hash is stored, logged or answered.</param>
    /// <exception cref="StoreUnavailableException">Some records may be left. Repeating the erasure covers these, and those created meanwhile.</exception>
    public async Task<IResult> EraseAsync(string named, AdminCaller who)
    {
        var subject = SubjectKey.Derive(secret, named);
        var change = new Change(audit, clock, who, "erase subject", $"subject:{subject}");
        await change.BeginAsync("recorded");
        SubjectErasure erasure;
        try
        {
            erasure = await eraser.EraseAsync(subject, new(Caller: null, Deletion: null, TimeSpan.Zero));
        }
        catch (StoreUnavailableException)
        {
            await change.TryEndUnknownAsync("recorded");
            throw;
        }
        metrics.SubjectErased(erasure.Erased);
        var audited = await change.TryEndAsync("recorded", string.Create(CultureInfo.InvariantCulture, $"{erasure.Erased} of {erasure.Found} erased"));
        return Results.Json(new SubjectAnswer(subject.ToString(), erasure.Found, erasure.Erased, audited), AdminJson.Default.SubjectAnswer);
    }
}
