namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>A place on earth, as well as it is known.</summary>
/// <param name="Latitude">Degrees, −90 to 90.</param>
/// <param name="Longitude">Degrees, −180 to 180.</param>
/// <param name="RadiusKm">It lies within this distance; null when nobody says.</param>
public readonly record struct Place(double Latitude, double Longitude, double? RadiusKm);
