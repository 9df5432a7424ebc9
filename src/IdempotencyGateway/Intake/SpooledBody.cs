using System.Buffers;
using System.Security.Cryptography;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Intake;

/// <summary>
/// A whole request body in pooled memory. Shared by the exchange and by the content that is being sent: HttpClient may still be writing
/// a body whose answer came early, and a buffer returned under it would send another client's bytes. So it is counted, and goes
/// back to the pool, wiped, when the last holder lets go.
/// </summary>
public sealed class SpooledBody : IDisposable
{
    private readonly MemoryBudget _budget;
    private readonly CallerScope? _caller;
    private byte[] _buffer;
    private int _holders = 1;

    /// <param name="buffer">Rented from the shared pool and already taken from the budget.</param>
    /// <param name="caller">Whose share of the budget it was taken from, where that was known.</param>
    internal SpooledBody(byte[] buffer, int length, MemoryBudget budget, CallerScope? caller = null)
    {
        _caller = caller;
        _buffer = buffer;
        _budget = budget;
        Length = length;
    }

    public int Length { get; }

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, Length);

    /// <returns>False when the body has already gone back.</returns>
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

    /// <summary>Lets go of one hold.</summary>
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
