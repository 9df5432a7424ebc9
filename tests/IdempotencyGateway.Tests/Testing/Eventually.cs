namespace IdempotencyGateway.Tests.Testing;

/// <summary>Polls a condition that raises no event, such as another process's state, until it holds or <see cref="Patience.Limit"/> has passed.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static Task TrueAsync(string what, Func<bool> ask) => TrueAsync(what, () => Task.FromResult(ask()));

    public static async Task TrueAsync(string what, Func<Task<bool>> ask)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        while (!await ask())
        {
            if (limit.IsCancellationRequested)
                throw new TimeoutException($"never came true: {what}");
            await Task.Delay(Pause);
        }
    }

    public static async Task<T> BecomesAsync<T>(Func<Task<T>> ask, Func<T, bool> isSo)
    {
        T answer = default!;
        await TrueAsync("the answer is the one that is waited for", async () => isSo(answer = await ask()));
        return answer;
    }

    /// <summary>Repeats the operation until it no longer throws <typeparamref name="TFailure"/>.</summary>
    public static async Task<T> SucceedsAsync<T, TFailure>(Func<Task<T>> ask)
        where TFailure : Exception
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (TFailure) when (!limit.IsCancellationRequested)
            {
                await Task.Delay(Pause);
            }
        }
    }
}
