using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Subjects;

/// <summary>Stands in for stores that keep no index. Every store of the product keeps one; using this would lose track of somebody, so it throws.</summary>
internal sealed class NoSubjects : ISubjectIndex
{
    public ValueTask<TimeSpan?> NoteSubjectAsync(SubjectKey subject, SubjectEntry entry, TimeSpan retention, CancellationToken cancellation) => throw Unable;

    public ValueTask<IReadOnlyList<SubjectEntry>> OrderErasureAsync(SubjectKey subject, ErasureOrder order, CancellationToken cancellation) => throw Unable;

    public ValueTask EndErasureAsync(SubjectKey subject, SubjectEntry entry, CancellationToken cancellation) => throw Unable;

    private static NotSupportedException Unable => new("this store keeps no index of subjects");
}
