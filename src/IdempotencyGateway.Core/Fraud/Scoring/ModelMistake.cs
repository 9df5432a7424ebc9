namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>Why settings make no model.</summary>
/// <param name="Path">Below the profile: "Weights:TOR_EXIT".</param>
/// <param name="Problem">What is wrong with it, and what to write.</param>
public sealed record ModelMistake(string Path, string Problem);
