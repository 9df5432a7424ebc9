namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>The kind of source of a reason. The weight of each group is capped, so that no single source decides. The numbers are stored: never reuse one.</summary>
public enum SignalGroup : byte
{
    Ip = 0,
    Device = 1,
    Geo = 2,
    Behaviour = 3,
    Edge = 4,
    External = 5,
}
