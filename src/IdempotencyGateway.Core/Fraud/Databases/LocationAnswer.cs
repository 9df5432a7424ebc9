namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>The location of an address, according to a database. Each field may be missing.</summary>
/// <param name="Country">The country in which the address is used, not the one in which it is registered.</param>
/// <param name="Place">Latitude, longitude and their accuracy; always missing in country databases.</param>
public readonly record struct LocationAnswer(CountryCode Country, Place? Place);
