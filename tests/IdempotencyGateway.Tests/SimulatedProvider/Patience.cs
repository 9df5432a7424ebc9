namespace IdempotencyGateway.Tests.SimulatedProvider;

/// <summary>How long a test waits for what must happen, before it fails instead of hanging.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
}
