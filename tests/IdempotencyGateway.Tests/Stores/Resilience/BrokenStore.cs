using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Stores.Resilience;

/// <summary>A fake store that fails, hangs or answers as a test says, and counts its calls.</summary>
internal sealed class BrokenStore : IIdempotencyStore
{
    private readonly SemaphoreSlim _heard = new(0);
    private int _asked;

    public static BrokenStore Start() => new();

    public StoreFailure? Failure { get; set; }

    public int Asked => Volatile.Read(ref _asked);

    public async Task AskedTimesAsync(int times)
    {
        while (Asked < times)
            await _heard.WaitAsync().OrGiveUp();
    }

    public ValueTask<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellation) =>
        AnswerAsync<ClaimResult>(ClaimResult.Mismatch.Instance);

    public ValueTask<TransitionResult> MarkSentAsync(ClaimTicket ticket, string? destination, CancellationToken cancellation) =>
        AnswerAsync(TransitionResult.Missing);

    public ValueTask<TransitionResult> RenewAsync(ClaimTicket ticket, TimeSpan lease, CancellationToken cancellation) =>
        AnswerAsync(TransitionResult.Missing);

    public ValueTask<TransitionResult> CompleteAsync(
        ClaimTicket ticket, ReadOnlyMemory<byte> response, TimeSpan retention, CancellationToken cancellation) => AnswerAsync(TransitionResult.Missing);

    public ValueTask<TransitionResult> HoldAsync(ClaimTicket ticket, ReadOnlyMemory<byte> evidence, CancellationToken cancellation) =>
        AnswerAsync(TransitionResult.Missing);

    public ValueTask<TransitionResult> ReleaseAsync(ClaimTicket ticket, CancellationToken cancellation) => AnswerAsync(TransitionResult.Missing);

    public ValueTask<StoredRecord?> FindAsync(StorageKey key, CancellationToken cancellation) => AnswerAsync<StoredRecord?>(null);

    public ValueTask<TransitionResult> ResolveAsync(
        StorageKey key, DoubtResolution resolution, TimeSpan retention, CancellationToken cancellation) => AnswerAsync(TransitionResult.Missing);

    public ValueTask<TransitionResult> EraseAsync(StorageKey key, ReadOnlyMemory<byte> tombstone, CancellationToken cancellation) =>
        AnswerAsync(TransitionResult.Missing);

    public ValueTask DisposeAsync()
    {
        _heard.Dispose();
        return default;
    }

    private ValueTask<T> AnswerAsync<T>(T answer)
    {
        Interlocked.Increment(ref _asked);
        _heard.Release();
        return Failure is { } failure ? ValueTask.FromException<T>(new StoreUnavailableException(failure, "down")) : new(answer);
    }
}
