namespace IdempotencyGateway.Housekeeping;
internal sealed class ExpirySweeper : BackgroundService { protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask; }
