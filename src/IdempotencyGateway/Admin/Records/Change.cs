using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Admin.Audit;

namespace IdempotencyGateway.Admin.Records;

/// <summary>One change that an operator asked for. Writes its lines to the audit log.</summary>
/// <param name="name">What is changed: a storage key, or a subject's hash.</param>
internal sealed class Change(AuditLog audit, TimeProvider clock, AdminCaller who, string what, string name)
{
    private readonly Guid _id = Guid.CreateVersion7(clock.GetUtcNow());

    /// <exception cref="AuditUnavailableException">The change must not be made.</exception>
    public Task BeginAsync(string before) => audit.WriteAsync(Entry("begun", before, after: null, reason: null));

    /// <returns>Whether the line was written; the change is made in either case.</returns>
    public Task<bool> TryEndAsync(string before, string after) => audit.TryWriteAsync(Entry("applied", before, after, reason: null));

    /// <inheritdoc cref="TryEndAsync"/>
    public Task<bool> TryEndUnknownAsync(string before) => audit.TryWriteAsync(Entry("unknown", before, after: null, AdminProblem.StoreUnavailable.Code));

    /// <summary>Writes the refusal to the audit log and returns it.</summary>
    public async Task<AdminRefusal> RefuseAsync(string? before, AdminProblem problem, string detail)
    {
        await audit.WriteAsync(Entry("refused", before, after: null, problem.Code));
        return new(problem, detail) { State = before };
    }

    private AuditEntry Entry(string stage, string? before, string? after, string? reason) =>
        new(clock.GetUtcNow(), _id, stage, who.Name, who.Peer, what, name, before, after, reason);
}
