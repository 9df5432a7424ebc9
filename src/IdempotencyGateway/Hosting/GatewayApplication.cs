using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Hosting;

/// <summary>The gateway as a running process.</summary>
public static class GatewayApplication
{
    /// <returns>The process's exit code.</returns>
    public static Task<int> RunAsync(SnapshotSource source, CancellationToken cancellation) => Task.FromResult(0);
}
