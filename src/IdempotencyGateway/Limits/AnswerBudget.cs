using IdempotencyGateway.Intake;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Limits;

/// <summary>
/// How much memory answers may hold together until they are recorded. The small ones, which most are, always fit: they are bounded by how many exchanges
/// may be under way, and to lose one of them to somebody else's large answer would be a bad trade.
/// </summary>
public sealed class AnswerBudget(long limitInBytes, GatewayMetrics metrics)
{
    /// <summary>A buffer of up to this size costs nothing.</summary>
    public const int FreeInBytes = 16 * 1024;

    private readonly MemoryBudget _budget = new(limitInBytes);

    public long LimitInBytes => _budget.LimitInBytes;

    public long UsedInBytes => _budget.UsedInBytes;

    public bool TryTake(int bytes)
    {
        if (bytes <= FreeInBytes || _budget.TryTake(bytes))
            return true;
        metrics.LimitReached(LimitedThing.HeldAnswers, ofCaller: false);
        return false;
    }

    public void Return(int bytes)
    {
        if (bytes > FreeInBytes)
            _budget.Return(bytes);
    }
}
