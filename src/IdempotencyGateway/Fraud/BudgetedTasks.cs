namespace IdempotencyGateway.Fraud;

/// <summary>Waiting for an answer no longer than a profile's budget allows.</summary>
internal static class BudgetedTasks
{
    /// <param name="left">Of the budget; what has ended already costs none of it.</param>
    /// <exception cref="TimeoutException">The budget is spent.</exception>
    public static async ValueTask<T> WithinAsync<T>(this ValueTask<T> asked, TimeSpan left, TimeProvider clock) =>
        asked.IsCompleted ? await asked : await asked.AsTask().WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
}
