using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Admin.Audit;

namespace IdempotencyGateway.Admin.Records;

/// <summary>One change that an operator asked for, on its way through the audit log.</summary>
/// <param name="name">What is changed: a storage key, or a subject's hash.</param>
internal sealed class Change(AuditLog audit, TimeProvider clock, AdminCaller who, string what, string name)
{
    private readonly Guid _id = Guid.CreateVersion7(clock.GetUtcNow());

    public Task BeginAsync(string before) => WriteAsync("begun", before, after: null, reason: null);

    public Task EndAsync(string before, string after) => WriteAsync("applied", before, after, reason: null);

    public Task EndUnknownAsync(string before) => WriteAsync("unknown", before, after: null, AdminProblem.StoreUnavailable.Code);

    /// <returns>The refusal, once it is written down.</returns>
    public async Task<AdminRefusal> RefuseAsync(string? before, AdminProblem problem, string detail)
    {
        await WriteAsync("refused", before, after: null, problem.Code);
        return new(problem, detail) { State = before };
    }

    private Task WriteAsync(string stage, string? before, string? after, string? reason) =>
        audit.WriteAsync(new(clock.GetUtcNow(), _id, stage, who.Name, who.Peer, what, name, before, after, reason));
}
