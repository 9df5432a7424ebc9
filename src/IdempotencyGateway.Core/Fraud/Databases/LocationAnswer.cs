namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>Where an address is said to be. Each field may be missing.</summary>
/// <param name="Country">Where it is, not where it is registered.</param>
/// <param name="Place">Latitude and longitude with how far off they may be; missing in databases of countries.</param>
public readonly record struct LocationAnswer(CountryCode Country, Place? Place);
