namespace IdempotencyGateway.Tests.Testing.RedLock;

/// <summary>For what no event tells: that a client library has found its server again. Asks until it is so.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    public static async Task<T> BecomesAsync<T>(Func<Task<T>> ask, Func<T, bool> isSo)
    {
        using var pauses = new PeriodicTimer(Pause);
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            var answer = await ask();
            if (isSo(answer))
                return answer;
            await pauses.WaitForNextTickAsync(patience.Token);
        }
    }
}
