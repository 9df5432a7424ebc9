namespace IdempotencyGateway.Load.Servers;

/// <summary>What the command line says of the servers.</summary>
/// <param name="Records">How many records a filled store has.</param>
/// <param name="Replicas">Gateways over one store, where a scenario has several.</param>
/// <param name="Duplicates">At once, where a comparison has many.</param>
/// <param name="PublishedFolder">Where the gateway was published, with ReadyToRun; null if it was not.</param>
/// <param name="PublishedBaselineFolder">Where this program was published in the same way; null if it was not.</param>
internal sealed record StageOptions(
    long Records = 1_000_000, int Replicas = 4, int Duplicates = 10_000, string? PublishedFolder = null, string? PublishedBaselineFolder = null);
