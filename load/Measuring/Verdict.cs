namespace IdempotencyGateway.Load.Measuring;

internal enum Verdict
{
    /// <summary>Worse than <see cref="Target.Required"/>.</summary>
    Below,

    /// <summary>Meets <see cref="Target.Required"/> but not <see cref="Target.Goal"/>.</summary>
    Pass,

    Goal,
}
