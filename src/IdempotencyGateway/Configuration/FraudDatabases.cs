namespace IdempotencyGateway.Configuration;

/// <summary>Databases about IP addresses, as full paths; null for those that are not used.</summary>
public sealed record FraudDatabases
{
    /// <summary>Locations (country, coordinates), in MaxMind's format.</summary>
    public string? City { get; init; }

    /// <summary>Countries, in MaxMind's format; used only without <see cref="City"/>.</summary>
    public string? Country { get; init; }

    /// <summary>Networks (autonomous systems), in MaxMind's format.</summary>
    public string? Asn { get; init; }

    /// <summary>Anonymisers, in MaxMind's format (Anonymous-IP or Anonymous-Plus).</summary>
    public string? Anonymous { get; init; }

    /// <summary>Risk scores, in MaxMind's format.</summary>
    public string? Risk { get; init; }

    /// <summary>The Tor project's geoip and geoip6 files.</summary>
    public IReadOnlyList<string> TorGeoip { get; init; } = [];

    /// <summary>The files that are used.</summary>
    public IEnumerable<string> Files => ((string?[])[City ?? Country, Asn, Anonymous, Risk, .. TorGeoip]).OfType<string>();
}
