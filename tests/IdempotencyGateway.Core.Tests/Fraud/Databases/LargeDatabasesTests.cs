using System.Globalization;
using System.Text;
using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Fraud.Databases;

namespace IdempotencyGateway.Core.Tests.Fraud.Databases;

/// <summary>A look-up allocates nothing, whatever the kind of database and however large it is.</summary>
public sealed class LargeDatabasesTests
{
    private const int Few = 10;
    private const int Many = 100_000;

    [Theory]
    [InlineData(Few)]
    [InlineData(Many)]
    public void A_city(int networks)
    {
        var database = LocationDatabase.TryOpen(Database("GeoLite2-City", networks, Records.City("NL", 52.37, 4.89, 20, "Europe/Amsterdam")), out _)!;

        Assert.Equal(0, Cost(networks, address => database.Find(address, out var answer) == DatabaseAnswer.Found && answer.Country.IsKnown));
    }

    [Theory]
    [InlineData(Few)]
    [InlineData(Many)]
    public void A_network(int networks)
    {
        var database = NetworkDatabase.TryOpen(Database("GeoLite2-ASN", networks, Records.Asn(60_729)), out _)!;

        Assert.Equal(0, Cost(networks, address => database.Find(address, out var number) == DatabaseAnswer.Found && number == 60_729));
    }

    [Theory]
    [InlineData("GeoIP2-Anonymous-IP", Few)]
    [InlineData("GeoIP2-Anonymous-IP", Many)]
    [InlineData("GeoIP-Anonymous-Plus", Many)]
    [InlineData("GeoIP2-IP-Risk", Many)]
    public void A_way_to_stay_unknown(string type, int networks)
    {
        var record = new (string, object)[] { ("is_anonymous", true), ("is_tor_exit_node", true), ("anonymizer_confidence", (ushort)99), ("ip_risk", 64.5) };
        var database = AnonymityDatabase.TryOpen(Database(type, networks, record), out _)!;

        Assert.Equal(0, Cost(networks, address => database.Find(address, out var answer) == DatabaseAnswer.Found && answer.Ways.HasFlag(Anonymity.TorExit)));
    }

    [Theory]
    [InlineData(Few)]
    [InlineData(Many)]
    public void A_country_of_the_Tor_project(int networks)
    {
        var lines = new StringBuilder();
        for (var i = 0; i < networks; i++)
            lines.Append(CultureInfo.InvariantCulture, $"{First(i)},{First(i) + 255},NL\n");
        var ranges = CountryRanges.TryRead(Encoding.ASCII.GetBytes(lines.ToString()), out _)!;

        Assert.Equal(0, Cost(networks, address => ranges.Find(address).IsKnown));
    }

    private static byte[] Database(string type, int networks, object record)
    {
        var writer = new MmdbWriter(type);
        for (var i = 0; i < networks; i++)
            writer.Add($"{new NetworkAddress(First(i), IsIPv4: true)}/24", record);
        return writer.Write();
    }

    /// <summary>Bytes allocated per look-up. The look-ups cycle through the first address of every tenth network, and each must be found.</summary>
    private static long Cost(int networks, Predicate<NetworkAddress> isFound)
    {
        var addresses = Enumerable.Range(0, networks / 10).Select(i => new NetworkAddress(First(i * 10), IsIPv4: true)).ToArray();
        Assert.All(addresses, address => Assert.True(isFound(address)));
        var at = 0;
        return Allocation.Of(() => isFound(addresses[at++ % addresses.Length]));
    }

    private static uint First(int network) => (80U << 24) + ((uint)network << 8);
}
