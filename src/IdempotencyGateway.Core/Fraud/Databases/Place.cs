namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>A place on earth, with its accuracy.</summary>
/// <param name="Latitude">Degrees, −90 to 90.</param>
/// <param name="Longitude">Degrees, −180 to 180.</param>
/// <param name="RadiusKm">The true place lies within this distance; null when unknown.</param>
public readonly record struct Place(double Latitude, double Longitude, double? RadiusKm);
