namespace IdempotencyGateway.Fraud;

/// <summary>Limits how long to wait for a result to what remains of a profile's time budget.</summary>
internal static class BudgetedTasks
{
    /// <param name="left">What remains of the budget. A result that is there already is returned even if nothing remains.</param>
    /// <exception cref="TimeoutException">The budget is spent.</exception>
    public static async ValueTask<T> WithinAsync<T>(this ValueTask<T> asked, TimeSpan left, TimeProvider clock) =>
        asked.IsCompleted ? await asked : await asked.AsTask().WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
}
