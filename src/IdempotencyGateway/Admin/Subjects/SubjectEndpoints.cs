using IdempotencyGateway.Admin.Access;

namespace IdempotencyGateway.Admin.Subjects;

/// <summary>Erasing what is recorded about somebody. Who it is comes in the body, and goes nowhere from there: answers and audit log have its keyed hash.</summary>
internal static class SubjectEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost("/subjects/erase", EraseAsync);

    private static async Task<IResult> EraseAsync(HttpContext context, SubjectOverruler overruler) =>
        await AdminBody.ReadAsync(context.Request, AdminJson.Default.EraseSubjectRequest) switch
        {
            (_, { } refusal) => refusal,
            ({ Subject: "" }, _) => new AdminRefusal(AdminProblem.NotReadable, "subject is empty."),
            ({ } request, _) => await overruler.EraseAsync(request.Subject, AdminCaller.Of(context)),
            _ => throw new InvalidOperationException("neither a body nor a refusal"),
        };
}
