namespace IdempotencyGateway.Load.Measuring;

internal enum Verdict
{
    /// <summary>Worse than what is needed.</summary>
    Below,

    /// <summary>What is needed, and not yet the goal.</summary>
    Pass,

    Goal,
}
