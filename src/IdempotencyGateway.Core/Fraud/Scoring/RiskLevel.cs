namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>How bad a score is. In this order; the numbers are stored.</summary>
public enum RiskLevel : byte
{
    Low = 0,
    Elevated = 1,
    High = 2,
    Critical = 3,
}
