using System.Globalization;
using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Admin.Audit;
using IdempotencyGateway.Admin.Records;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Subjects;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Admin.Subjects;

/// <summary>Lets an operator erase everything about a subject, whoever's records they are; announced in the audit log before, with what came of it after.</summary>
internal sealed partial class SubjectOverruler(
    SubjectEraser eraser, StoreSecret secret, AuditLog audit, GatewayMetrics metrics, TimeProvider clock, ILogger<SubjectOverruler> logger)
{
    /// <param name="named">Goes no further than into its hash.</param>
    /// <exception cref="StoreUnavailableException">Some may be left; asking again goes on.</exception>
    public async Task<IResult> EraseAsync(string named, AdminCaller who)
    {
        var subject = SubjectKey.Derive(secret, named);
        var change = new Change(audit, clock, who, "erase subject", $"subject:{subject}");
        await change.BeginAsync("recorded");
        SubjectErasure erasure;
        try
        {
            erasure = await eraser.EraseAsync(subject, static _ => true);
        }
        catch (StoreUnavailableException)
        {
            await TryEndAsync(() => change.EndUnknownAsync("recorded"));
            throw;
        }
        metrics.SubjectErased(erasure.Erased);
        var audited = await TryEndAsync(() => change.EndAsync("recorded", string.Create(CultureInfo.InvariantCulture, $"{erasure.Erased} of {erasure.Found} erased")));
        return Results.Json(new SubjectAnswer(subject.ToString(), erasure.Found, erasure.Erased, audited), AdminJson.Default.SubjectAnswer);
    }

    /// <summary>What is erased is erased: that the end is missing in the audit log must not look like a failure.</summary>
    private async Task<bool> TryEndAsync(Func<Task> end)
    {
        try
        {
            await end();
            return true;
        }
        catch (AuditUnavailableException e)
        {
            LogEndNotAudited(logger, e);
            return false;
        }
    }

    [LoggerMessage(EventIds.AuditIncomplete, LogLevel.Error, "Admin: a subject was erased, but its end could not be written to the audit log")]
    private static partial void LogEndNotAudited(ILogger logger, Exception exception);
}
