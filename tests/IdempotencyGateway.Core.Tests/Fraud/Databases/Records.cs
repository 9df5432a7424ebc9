namespace IdempotencyGateway.Core.Tests.Fraud.Databases;

/// <summary>Sample records in the structures that database vendors use.</summary>
public static class Records
{
    public static (string, object)[] City(string country, double latitude, double longitude, ushort radius, string zone) =>
    [
        ("city", new (string, object)[] { ("geoname_id", 2_759_794U), ("names", Names("Amsterdam")) }),
        ("continent", new MmdbWriter.WrittenOnce("EU-" + country)),
        ("country", new (string, object)[] { ("geoname_id", 2_750_405U), ("is_in_european_union", true), ("iso_code", country), ("names", Names("Nederland")) }),
        ("location", new (string, object)[]
        {
            ("accuracy_radius", radius), ("latitude", latitude), ("longitude", longitude), ("time_zone", new MmdbWriter.WrittenOnce(zone)),
        }),
        ("registered_country", new (string, object)[] { ("iso_code_of_registry", "XX") }),
        ("subdivisions", new object[] { new (string, object)[] { ("names", Names("Noord-Holland")) } }),
    ];

    public static (string, object)[] Country(string code) => [("country", new (string, object)[] { ("iso_code", code) })];

    public static (string, object)[] Asn(uint number) =>
        [("autonomous_system_number", number), ("autonomous_system_organization", "Example " + number)];

    private static (string, object)[] Names(string name) =>
        [.. new[] { "de", "en", "es", "fr", "ja", "pt-BR", "ru", "zh-CN" }.Select(language => (language, (object)new MmdbWriter.WrittenOnce($"{name} ({language})")))];
}
