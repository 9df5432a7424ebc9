namespace IdempotencyGateway.Configuration;

public sealed record ShutdownSnapshot
{
    /// <summary>How long exchanges under way may take to finish and be recorded after SIGTERM.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);
}
