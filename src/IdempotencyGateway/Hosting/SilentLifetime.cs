namespace IdempotencyGateway.Hosting;

/// <summary>The commands decide when a gateway ends; the usual lifetime would answer the process's signals by itself and write to the console.</summary>
internal sealed class SilentLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
