using System.Globalization;
using System.Text.Json.Nodes;
using IdempotencyGateway.Core.Tests.Fraud.Databases;

namespace IdempotencyGateway.Load.Servers;

/// <summary>Generates a realistic fraud profile: a list of 100,000 networks, and databases of cities and networks. Generated, so that nothing needs to be downloaded.</summary>
internal static class FraudProfile
{
    private const int ListedNetworks = 100_000;
    private const int KnownNetworks = 20_000;

    /// <summary>Addresses in different networks that are in the databases but not on the list.</summary>
    public static IReadOnlyList<string> Callers { get; } = [.. Enumerable.Range(0, 64).Select(i => Within(KnownNetwork(i * (KnownNetworks / 64)), 7))];

    /// <summary>Writes the files.</summary>
    /// <returns>The profile's configuration, with the paths of the files.</returns>
    public static JsonObject Write(string folder, bool isCounted)
    {
        var list = Path.Combine(folder, "networks.netset");
        File.WriteAllLines(list, Enumerable.Range(0, ListedNetworks).Select(i => $"{Network(11, i)}.0/24"));
        var cities = new MmdbWriter("GeoLite2-City");
        var networks = new MmdbWriter("GeoLite2-ASN");
        for (var i = 0; i < KnownNetworks; i++)
        {
            cities.Add($"{KnownNetwork(i)}.0/24", City(i % 500));
            networks.Add($"{KnownNetwork(i)}.0/24", Records.Asn((uint)(64_512 + (i % 1000))));
        }
        var (city, asn) = (Path.Combine(folder, "city.mmdb"), Path.Combine(folder, "asn.mmdb"));
        File.WriteAllBytes(city, cities.Write());
        File.WriteAllBytes(asn, networks.Write());
        var profile = new JsonObject
        {
            ["Lists"] = new JsonArray(new JsonObject { ["Name"] = "listed", ["Path"] = list }),
            ["Databases"] = new JsonObject { ["City"] = city, ["Asn"] = asn },
        };
        if (isCounted)
            profile["Velocity"] = new JsonArray(Rule("Ip", "60s", "1h", "24h"), Rule("Credential", "60s"), Rule("Device", "60s"));
        return profile;
    }

    private static JsonObject Rule(string by, params string[] windows) =>
        new() { ["By"] = by, ["Windows"] = new JsonArray([.. windows.Select(window => (JsonNode)window)]) };

    private static readonly (string, object)[][] Cities =
        [.. Enumerable.Range(0, 500).Select(i => Records.City("NL", 40 + (i % 20), i % 30, 20, "Europe/Amsterdam"))];

    private static (string, object)[] City(int number) => Cities[number];

    private static string KnownNetwork(int number) => Network(80, number);

    /// <summary>The first three bytes of a /24 network.</summary>
    private static string Network(int from, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{from + (number >> 16)}.{(number >> 8) & 255}.{number & 255}");

    private static string Within(string network, int last) => string.Create(CultureInfo.InvariantCulture, $"{network}.{last}");
}
