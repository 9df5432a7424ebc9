namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>A kind of reason that can count against a request.</summary>
/// <param name="Code">Its name for backends: a token of capitals, digits and "_".</param>
/// <param name="Weight">0 to 100: its default weight in its group's sum. A graded reason adds at most this.</param>
/// <param name="Signal">The name of the signal from which it is concluded.</param>
public sealed record ReasonKind(string Code, SignalGroup Group, int Weight, string Signal);
