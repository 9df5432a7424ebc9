using IdempotencyGateway.Core.Fraud.Fields;

namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>A reason that counted against one request; a member of <c>Risk-Reasons</c>: <c>IP_VELOCITY;g=behaviour;w=12;n=31;win=60</c>.</summary>
/// <param name="Code">A token.</param>
/// <param name="Weight">0 to 100: what it added to its group's sum.</param>
/// <param name="Parameters">Parameters after <c>g</c> and <c>w</c>.</param>
public sealed record Reason(string Code, SignalGroup Group, int Weight, FieldParameters Parameters)
{
    internal int MaxWrittenLength => 2 + Code.Length + ";g=behaviour;w=100".Length + Parameters.MaxWrittenLength;
}
