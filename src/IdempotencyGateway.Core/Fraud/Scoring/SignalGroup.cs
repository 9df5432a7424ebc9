namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>Where evidence comes from. What one group can add to the score is capped, so that no single source decides. The numbers are stored.</summary>
public enum SignalGroup : byte
{
    Ip = 0,
    Device = 1,
    Geo = 2,
    Behaviour = 3,
    Edge = 4,
    External = 5,
}
