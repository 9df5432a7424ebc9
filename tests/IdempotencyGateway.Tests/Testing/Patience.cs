namespace IdempotencyGateway.Tests.Testing;

/// <summary>
/// The timeout of every wait in the tests. A passing test never waits this long, so the limit is generous enough for a heavily loaded
/// machine.
/// </summary>
public static class Patience
{
    public static TimeSpan Limit { get; } = TimeSpan.FromMinutes(2);

    public static Task OrGiveUp(this Task task) => task.WaitAsync(Limit);

    public static Task<T> OrGiveUp<T>(this Task<T> task) => task.WaitAsync(Limit);
}
