using System.Collections.Concurrent;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>
/// A store decorator that injects faults and delays into the operations a test names. Operations are named after the methods of <see cref="IIdempotencyStore"/>.
/// </summary>
public sealed class UnreliableStore(IIdempotencyStore inner) : IIdempotencyStore, ISubjectIndex
{
    private readonly ConcurrentDictionary<string, Fault> _faults = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _lost = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _refused = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _hanging = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Action> _meanwhile = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Func<Task>> _beforeReply = new(StringComparer.Ordinal);

    /// <summary>Names of the operations that failed before they reached the inner store, in order.</summary>
    public ArrivalLog<string> Failed { get; } = new("failed store operations");

    /// <summary>Names and results of the operations that the inner store answered, in order.</summary>
    public ArrivalLog<(string Operation, object? Result)> Answered { get; } = new("answered store operations");

    /// <summary>Makes the operation fail, without reaching the inner store, until <see cref="Mend"/>.</summary>
    /// <param name="overBytes">Writes of at most this many bytes succeed.</param>
    public void Break(string operation, StoreFailure failure = StoreFailure.Unreachable, int overBytes = 0) =>
        _faults[operation] = new(failure, overBytes);

    /// <summary>The next call of the operation runs, but the caller gets an exception instead of its reply.</summary>
    public void LoseReply(string operation) => _lost[operation] = true;

    /// <summary>The next call of the operation fails with <see cref="StoreFailure.Refused"/>; later calls work.</summary>
    public void RefuseNext(string operation) => _refused[operation] = true;

    /// <summary>Makes every operation fail until <see cref="Mend"/>.</summary>
    public void BreakAll()
    {
        foreach (var method in typeof(IIdempotencyStore).GetMethods())
            Break(method.Name);
    }

    /// <summary>Calls of the operation hang until <see cref="LetGo"/>.</summary>
    public void Hang(string operation) => _hanging[operation] = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void LetGo(string operation)
    {
        if (_hanging.TryRemove(operation, out var hanging))
            hanging.SetResult();
    }

    /// <summary>Runs the action during the next call of the operation, before the inner store is called.</summary>
    public void Meanwhile(string operation, Action happens) => _meanwhile[operation] = happens;

    /// <summary>Runs the action during the next call of the operation, after the inner store has answered.</summary>
    public void BeforeTheReply(string operation, Func<Task> happens) => _beforeReply[operation] = happens;

    public void Mend() => _faults.Clear();

    /// <summary>How often the inner store answered this operation.</summary>
    public int CountOf(string operation) => Answered.All.Count(answered => answered.Operation == operation);

    public ValueTask<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellation) =>
        AskAsync(nameof(ClaimAsync), int.MaxValue, () => inner.ClaimAsync(request, cancellation));

    public ValueTask<TransitionResult> MarkSentAsync(ClaimTicket ticket, string? destination, CancellationToken cancellation) =>
        AskAsync(nameof(MarkSentAsync), int.MaxValue, () => inner.MarkSentAsync(ticket, destination, cancellation));

    public ValueTask<TransitionResult> RenewAsync(ClaimTicket ticket, TimeSpan lease, CancellationToken cancellation) =>
        AskAsync(nameof(RenewAsync), int.MaxValue, () => inner.RenewAsync(ticket, lease, cancellation));

    public ValueTask<TransitionResult> CompleteAsync(
        ClaimTicket ticket, ReadOnlyMemory<byte> response, TimeSpan retention, CancellationToken cancellation) =>
        AskAsync(nameof(CompleteAsync), response.Length, () => inner.CompleteAsync(ticket, response, retention, cancellation));

    public ValueTask<TransitionResult> HoldAsync(ClaimTicket ticket, ReadOnlyMemory<byte> evidence, CancellationToken cancellation) =>
        AskAsync(nameof(HoldAsync), evidence.Length, () => inner.HoldAsync(ticket, evidence, cancellation));

    public ValueTask<TransitionResult> ReleaseAsync(ClaimTicket ticket, CancellationToken cancellation) =>
        AskAsync(nameof(ReleaseAsync), int.MaxValue, () => inner.ReleaseAsync(ticket, cancellation));

    public ValueTask<StoredRecord?> FindAsync(StorageKey key, CancellationToken cancellation) =>
        AskAsync(nameof(FindAsync), int.MaxValue, () => inner.FindAsync(key, cancellation));

    public ValueTask<TransitionResult> ResolveAsync(
        StorageKey key, DoubtResolution resolution, TimeSpan retention, CancellationToken cancellation) =>
        AskAsync(nameof(ResolveAsync), int.MaxValue, () => inner.ResolveAsync(key, resolution, retention, cancellation));

    public ValueTask<TransitionResult> EraseAsync(StorageKey key, ReadOnlyMemory<byte> tombstone, CancellationToken cancellation) =>
        AskAsync(nameof(EraseAsync), tombstone.Length, () => inner.EraseAsync(key, tombstone, cancellation));

    public ValueTask<TimeSpan?> NoteSubjectAsync(SubjectKey subject, SubjectEntry entry, TimeSpan retention, CancellationToken cancellation) =>
        AskAsync(nameof(NoteSubjectAsync), int.MaxValue, () => ((ISubjectIndex)inner).NoteSubjectAsync(subject, entry, retention, cancellation));

    public ValueTask<IReadOnlyList<SubjectEntry>> OrderErasureAsync(SubjectKey subject, ErasureOrder order, CancellationToken cancellation) =>
        AskAsync(nameof(OrderErasureAsync), int.MaxValue, () => ((ISubjectIndex)inner).OrderErasureAsync(subject, order, cancellation));

    public async ValueTask EndErasureAsync(SubjectKey subject, SubjectEntry entry, CancellationToken cancellation) =>
        await AskAsync(nameof(EndErasureAsync), int.MaxValue, async () =>
        {
            await ((ISubjectIndex)inner).EndErasureAsync(subject, entry, cancellation);
            return true;
        });

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async ValueTask<T> AskAsync<T>(string operation, int bytes, Func<ValueTask<T>> ask)
    {
        if (_hanging.TryGetValue(operation, out var hanging))
            await hanging.Task;
        if (_meanwhile.TryRemove(operation, out var happens))
            happens();
        if (_faults.TryGetValue(operation, out var fault) && bytes > fault.OverBytes)
        {
            Failed.Add(operation);
            throw new StoreUnavailableException(fault.Failure, $"{operation} fails because the test says so");
        }
        if (_refused.TryRemove(operation, out _))
        {
            Failed.Add(operation);
            throw new StoreUnavailableException(StoreFailure.Refused, $"{operation} fails once because the test says so");
        }
        var result = await ask();
        Answered.Add((operation, result));
        if (_beforeReply.TryRemove(operation, out var also))
            await also();
        if (_lost.TryRemove(operation, out _))
            throw new StoreUnavailableException(StoreFailure.Unreachable, $"the reply to {operation} is lost because the test says so");
        return result;
    }

    private sealed record Fault(StoreFailure Failure, int OverBytes);
}
