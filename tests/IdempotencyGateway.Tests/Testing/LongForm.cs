namespace IdempotencyGateway.Tests.Testing;

/// <summary>How many rounds a test runs: few by default, many under <c>tests/run.sh --long</c>.</summary>
public static class LongForm
{
    public static bool Asked { get; } = Environment.GetEnvironmentVariable("IDEMPOTENCY_GATEWAY_TESTS") == "long";

    public static int Or(int ordinary, int many) => Asked ? many : ordinary;

    /// <summary>The seed of random inputs. By default it is fixed, so that a new failure is caused by the change under test; in the long form each run explores other inputs.</summary>
    public static int Seed(int most = int.MaxValue) => Asked ? Random.Shared.Next(most) : 20261122;
}
