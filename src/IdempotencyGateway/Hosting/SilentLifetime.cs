namespace IdempotencyGateway.Hosting;

/// <summary>A host lifetime that does nothing, because the commands decide when a gateway stops. The default one would handle signals itself and write to the console.</summary>
internal sealed class SilentLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
