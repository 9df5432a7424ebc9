namespace IdempotencyGateway.Configuration;

/// <summary>Databases of addresses, as full paths; null for those that are not used.</summary>
public sealed record FraudDatabases
{
    /// <summary>Of places, in MaxMind's format: country, coordinates.</summary>
    public string? City { get; init; }

    /// <summary>Of countries, in MaxMind's format; read where there is no <see cref="City"/>.</summary>
    public string? Country { get; init; }

    /// <summary>Of networks, in MaxMind's format.</summary>
    public string? Asn { get; init; }

    /// <summary>Of anonymisers, in MaxMind's format (Anonymous-IP or Anonymous-Plus).</summary>
    public string? Anonymous { get; init; }

    /// <summary>Of scores, in MaxMind's format.</summary>
    public string? Risk { get; init; }

    /// <summary>The Tor project's geoip and geoip6 files.</summary>
    public IReadOnlyList<string> TorGeoip { get; init; } = [];

    /// <summary>Those that are looked at.</summary>
    public IEnumerable<string> Files => ((string?[])[City ?? Country, Asn, Anonymous, Risk, .. TorGeoip]).OfType<string>();
}
