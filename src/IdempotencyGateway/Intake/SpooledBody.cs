using System.Buffers;
using System.Security.Cryptography;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Intake;

/// <summary>
/// A whole request body in pooled memory, with a reference count. The exchange shares it with the content that HttpClient sends. HttpClient may still be
/// writing when an early answer ends the exchange; if the buffer were returned to the pool then, another client's bytes would be sent. So the last holder
/// returns it, wiped.
/// </summary>
public sealed class SpooledBody : IDisposable
{
    private readonly MemoryBudget _budget;
    private readonly CallerScope? _caller;
    private byte[] _buffer;
    private int _holders = 1;

    /// <param name="buffer">Rented from the shared pool and already taken from the budget.</param>
    /// <param name="caller">The caller whose share of the budget it was taken from, if any.</param>
    internal SpooledBody(byte[] buffer, int length, MemoryBudget budget, CallerScope? caller = null)
    {
        _caller = caller;
        _buffer = buffer;
        _budget = budget;
        Length = length;
    }

    public int Length { get; }

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, Length);

    /// <summary>Adds a holder, who has to dispose the body, too.</summary>
    /// <returns>False when the buffer has been returned already.</returns>
    public bool TryHold()
    {
        var holders = Volatile.Read(ref _holders);
        while (holders > 0)
        {
            var seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders)
                return true;
            holders = seen;
        }
        return false;
    }

    /// <summary>Removes one holder; the last one returns the buffer.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holders) != 0)
            return;
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length == 0)
            return;
        CryptographicOperations.ZeroMemory(buffer.AsSpan(0, Length));
        ArrayPool<byte>.Shared.Return(buffer);
        _budget.Return(buffer.Length, _caller);
    }
}
