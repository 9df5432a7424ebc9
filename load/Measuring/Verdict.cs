namespace IdempotencyGateway.Load.Measuring;

internal enum Verdict
{
    /// <summary>Worse than <see cref="Target.Need"/>.</summary>
    Below,

    /// <summary>Meets <see cref="Target.Need"/> but not <see cref="Target.Goal"/>.</summary>
    Pass,

    Goal,
}
