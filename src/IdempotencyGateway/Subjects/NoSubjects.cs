using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Subjects;

/// <summary>The index of a store that keeps none. It throws, because dropping entries would hide records from an erasure. Every store of the product keeps an index.</summary>
internal sealed class NoSubjects : ISubjectIndex
{
    public ValueTask<TimeSpan?> NoteSubjectAsync(SubjectKey subject, SubjectEntry entry, TimeSpan retention, CancellationToken cancellation) => throw Unable;

    public ValueTask<IReadOnlyList<SubjectEntry>> OrderErasureAsync(SubjectKey subject, ErasureOrder order, CancellationToken cancellation) => throw Unable;

    public ValueTask EndErasureAsync(SubjectKey subject, SubjectEntry entry, CancellationToken cancellation) => throw Unable;

    private static NotSupportedException Unable => new("this store keeps no index of subjects");
}
