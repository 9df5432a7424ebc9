namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>Records that are not done, by state, at one moment.</summary>
/// <param name="InDoubt">The number an operator has to act on.</param>
public readonly record struct UnsettledCounts(long Claimed, long Sent, long InDoubt);
