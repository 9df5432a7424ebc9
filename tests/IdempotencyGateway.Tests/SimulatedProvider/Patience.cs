namespace IdempotencyGateway.Tests.SimulatedProvider;

/// <summary>The timeout after which a waiting test fails.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
}
