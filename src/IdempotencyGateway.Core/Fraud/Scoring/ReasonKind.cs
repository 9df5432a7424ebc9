namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>Something that counts against a request.</summary>
/// <param name="Code">As backends read it: a token of capitals, digits and "_".</param>
/// <param name="Weight">0 to 100; what it adds to its group's sum unless configured, and the most it adds where it comes in degrees.</param>
/// <param name="Signal">The fact that it is concluded from.</param>
public sealed record ReasonKind(string Code, SignalGroup Group, int Weight, string Signal);
