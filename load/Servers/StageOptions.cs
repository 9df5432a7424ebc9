namespace IdempotencyGateway.Load.Servers;

/// <summary>Options of the servers, from the command line.</summary>
/// <param name="Records">The number of records in a filled store.</param>
/// <param name="Replicas">The number of gateways that share a store, in scenarios with several.</param>
/// <param name="Duplicates">The number of concurrent duplicates, in the comparison that sends them.</param>
/// <param name="PublishedFolder">The folder of a gateway that was published with ReadyToRun; null if there is none.</param>
/// <param name="PublishedBaselineFolder">The folder of this program, published in the same way; null if there is none.</param>
internal sealed record StageOptions(
    long Records = 1_000_000, int Replicas = 4, int Duplicates = 10_000, string? PublishedFolder = null, string? PublishedBaselineFolder = null);
