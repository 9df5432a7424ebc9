namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>What a database says about the anonymity of an address.</summary>
/// <param name="Confidence">0 to 100: how sure the database is (Anonymous-Plus only).</param>
/// <param name="Risk">0 to 100 (IP-Risk only).</param>
public readonly record struct AnonymityAnswer(Anonymity Ways, int? Confidence, double? Risk);
