namespace IdempotencyGateway.Tests.Testing;

/// <summary>How much of the same a test does: little on every change, much under <c>tests/run.sh --long</c>.</summary>
public static class LongForm
{
    public static bool Asked { get; } = Environment.GetEnvironmentVariable("IDEMPOTENCY_GATEWAY_TESTS") == "long";

    public static int Or(int ordinary, int many) => Asked ? many : ordinary;
}
