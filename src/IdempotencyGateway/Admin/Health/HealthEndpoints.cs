using System.Reflection;
using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Claims;
using IdempotencyGateway.Housekeeping;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Recording;

namespace IdempotencyGateway.Admin.Health;

/// <summary>Liveness, readiness, and counts of the work under way.</summary>
internal static class HealthEndpoints
{
    private static readonly string Version = typeof(HealthEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/health/live", static () => Results.Text("alive\n")).WithMetadata(NeedsNoToken.Mark);
        endpoints.MapGet("/health/ready", ReadyAsync).WithMetadata(NeedsNoToken.Mark);
        endpoints.MapGet("/status", Status);
    }

    private static async Task<IResult> ReadyAsync(Readiness readiness)
    {
        var answer = await readiness.JudgeAsync();
        return Results.Json(answer, AdminJson.Default.ReadyAnswer, statusCode: answer.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult Status(ExchangesUnderWay exchanges, LeaderTable leaders, DeferredWrites deferred, MemoryBudget bodies) => Results.Json(
        new StatusAnswer(Version, exchanges.Count, leaders.Count, deferred.Count, bodies.UsedInBytes), AdminJson.Default.StatusAnswer);
}

/// <param name="ExchangesUnderWay">Exchanges between claim and record.</param>
/// <param name="RequestsLed">Single-flight leaders: requests whose duplicates wait in this process for their result.</param>
/// <param name="DeferredWrites">Answers that the store has not taken yet.</param>
/// <param name="BodyBytesHeld">The memory that request bodies hold.</param>
internal sealed record StatusAnswer(string Version, int ExchangesUnderWay, int RequestsLed, int DeferredWrites, long BodyBytesHeld);
