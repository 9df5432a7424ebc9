namespace IdempotencyGateway.Tests.Testing;

/// <summary>How much of the same a test does: little on every change, much under <c>tests/run.sh --long</c>.</summary>
public static class LongForm
{
    public static bool Asked { get; } = Environment.GetEnvironmentVariable("IDEMPOTENCY_GATEWAY_TESTS") == "long";

    public static int Or(int ordinary, int many) => Asked ? many : ordinary;

    /// <summary>Where random inputs begin: the same ones for every change, so that a failure is the change's; others each time in the long form, which is there to find what nobody thought of.</summary>
    public static int Seed(int most = int.MaxValue) => Asked ? Random.Shared.Next(most) : 20261122;
}
