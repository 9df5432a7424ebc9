namespace IdempotencyGateway.Configuration;

public sealed record LimitsSnapshot
{
    /// <summary>All request bodies of guarded routes in memory together, in bytes; beyond it 503.</summary>
    public long BufferedBodiesBytes { get; init; } = 256 * 1024 * 1024;
}
