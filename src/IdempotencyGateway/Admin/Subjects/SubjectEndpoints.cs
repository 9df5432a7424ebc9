using IdempotencyGateway.Admin.Access;

namespace IdempotencyGateway.Admin.Subjects;

/// <summary>The endpoint that erases all records about a subject. The subject is named in the body only; answers and the audit log have its keyed hash.</summary>
internal static class SubjectEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost("/subjects/erase", EraseAsync);

    private static Task<IResult> EraseAsync(HttpContext context, SubjectOverruler overruler) =>
        AdminBody.ReadAsync(context.Request, AdminJson.Default.EraseSubjectRequest, async request => request.Subject.Length == 0
            ? new AdminRefusal(AdminProblem.NotReadable, "subject is empty.")
            : await overruler.EraseAsync(request.Subject, AdminCaller.Of(context)));
}
