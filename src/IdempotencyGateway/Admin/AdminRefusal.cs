namespace IdempotencyGateway.Admin;

/// <summary>An answer that refuses a request: a problem document (RFC 9457).</summary>
/// <param name="Detail">What to do about it. Never repeats what the request said: that may be a key or a credential.</param>
internal sealed record AdminRefusal(AdminProblem Problem, string Detail) : IResult
{
    /// <summary>The record's state, if that is the reason.</summary>
    public string? State { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var answer = new ProblemAnswer(Problem.Title, Problem.Status, Detail, Problem.Code, State);
        return Results.Json(answer, AdminJson.Default.ProblemAnswer, "application/problem+json", Problem.Status).ExecuteAsync(httpContext);
    }
}

internal sealed record ProblemAnswer(string Title, int Status, string Detail, string Code, string? State);
