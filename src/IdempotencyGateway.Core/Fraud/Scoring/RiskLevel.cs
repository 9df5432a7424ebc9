namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>The level of a score, from good to bad. The numbers are stored: never reuse one.</summary>
public enum RiskLevel : byte
{
    Low = 0,
    Elevated = 1,
    High = 2,
    Critical = 3,
}
