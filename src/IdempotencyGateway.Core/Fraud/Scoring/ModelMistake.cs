namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>A mistake in the settings of a <see cref="RiskModel"/>.</summary>
/// <param name="Path">The setting, relative to the profile: "Weights:TOR_EXIT".</param>
/// <param name="Problem">What is wrong and what to write instead.</param>
public sealed record ModelMistake(string Path, string Problem);
