namespace IdempotencyGateway.Tests.Testing;

/// <summary>
/// How long a test waits for an event that must come before it calls itself broken. Never a pause: no passing test spends it, so it is
/// generous enough for a machine that is busy with other things.
/// </summary>
public static class Patience
{
    public static TimeSpan Limit { get; } = TimeSpan.FromMinutes(2);

    public static Task OrGiveUp(this Task task) => task.WaitAsync(Limit);

    public static Task<T> OrGiveUp<T>(this Task<T> task) => task.WaitAsync(Limit);
}
