using IdempotencyGateway.Intake;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Limits;

/// <summary>
/// The memory budget of answers that are not recorded yet. Small answers, which most are, do not count: the limit on exchanges under way bounds them, and
/// a client's large answers must not make others lose theirs.
/// </summary>
public sealed class AnswerBudget(long limitInBytes, GatewayMetrics metrics)
{
    /// <summary>A buffer of up to this size does not count.</summary>
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
