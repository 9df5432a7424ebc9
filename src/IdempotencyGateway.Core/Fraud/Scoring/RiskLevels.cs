namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>The lowest score of each level: 1 to 100, in strictly ascending order.</summary>
public sealed record RiskLevels(int Elevated, int High, int Critical)
{
    public static RiskLevels Default { get; } = new(25, 50, 75);

    public RiskLevel Of(int score) =>
        score >= Critical ? RiskLevel.Critical
        : score >= High ? RiskLevel.High
        : score >= Elevated ? RiskLevel.Elevated
        : RiskLevel.Low;
}
