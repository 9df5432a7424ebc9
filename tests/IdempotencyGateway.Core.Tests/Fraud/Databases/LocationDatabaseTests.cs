using System.Net;
using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Fraud.Databases;

namespace IdempotencyGateway.Core.Tests.Fraud.Databases;

public sealed class LocationDatabaseTests
{
    [Fact]
    public void A_city_record_says_where_an_address_is()
    {
        var database = Open(new MmdbWriter("GeoLite2-City").Add("192.0.2.0/24", Records.City("NL", 52.37, -4.9, 20, "Europe/Amsterdam")).Write());

        Assert.Equal(DatabaseAnswer.Found, database.Find(Address("192.0.2.200"), out var answer));
        Assert.Equal(("NL", new Place(52.37, -4.9, 20)), (answer.Country.ToString(), answer.Place!.Value));
        Assert.Equal(DatabaseAnswer.NotFound, database.Find(Address("192.0.3.0"), out answer));
        Assert.Equal(default, answer);
    }

    [Fact]
    public void A_country_record_has_no_place()
    {
        var database = Open(new MmdbWriter("GeoLite2-Country", ipVersion: 4).Add("0.0.0.0/1", Records.Country("de")).Write());

        Assert.Equal(DatabaseAnswer.Found, database.Find(Address("127.0.0.1"), out var answer));
        Assert.Equal(("DE", null), (answer.Country.ToString(), answer.Place));
        Assert.Equal(DatabaseAnswer.NotFound, database.Find(Address("128.0.0.1"), out _));
    }

    [Fact]
    public void Any_field_may_be_missing()
    {
        var database = Open(new MmdbWriter("X-City")
            .Add("10.0.0.0/8", Array.Empty<(string, object)>())
            .Add("11.0.0.0/8", new (string, object)[] { ("location", new (string, object)[] { ("latitude", 1.5) }) })
            .Add("12.0.0.0/8", new (string, object)[] { ("location", new (string, object)[] { ("latitude", 1.5f), ("longitude", 0.0) }) })
            .Write());

        Assert.Equal((DatabaseAnswer.Found, default), (database.Find(Address("10.1.1.1"), out var answer), answer));
        Assert.Equal((DatabaseAnswer.Found, default), (database.Find(Address("11.1.1.1"), out answer), answer));
        Assert.Equal((DatabaseAnswer.Found, new(1.5, 0, null)), (database.Find(Address("12.1.1.1"), out answer), answer.Place!.Value));
    }

    [Fact]
    public void A_database_of_IPv4_knows_nothing_of_IPv6_and_one_of_IPv6_knows_both()
    {
        var four = Open(new MmdbWriter("City", ipVersion: 4).Add("0.0.0.0/0", Records.Country("AA")).Write());
        var six = Open(new MmdbWriter("City").Add("2001:db8::/32", Records.Country("SX")).Add("1.2.3.0/24", Records.Country("FR")).Write());

        Assert.Equal(DatabaseAnswer.NotFound, four.Find(Address("2001:db8::1"), out _));
        Assert.Equal(DatabaseAnswer.Found, four.Find(Address("::ffff:9.9.9.9"), out _));
        Assert.Equal("SX", Country(six, "2001:db8::1"));
        Assert.Equal("FR", Country(six, "1.2.3.4"));
        Assert.Equal("FR", Country(six, "::ffff:1.2.3.4"));
        Assert.Equal("FR", Country(six, "::1.2.3.4"));
        Assert.Null(Country(six, "2001:db9::1"));
    }

    [Theory]
    [InlineData(24, 4, 0)]
    [InlineData(28, 4, 1)]
    [InlineData(32, 4, 2)]
    [InlineData(24, 6, 3)]
    [InlineData(28, 6, 4)]
    [InlineData(32, 6, 0)]
    public void The_longest_prefix_counts_at_every_record_size(int recordSize, int ipVersion, int pointerSize) => Property.Holds(random =>
    {
        var writer = new MmdbWriter("City", ipVersion, recordSize) { PointerSize = pointerSize is 1 or 4 ? pointerSize : 0 };
        if (pointerSize > 1)
            writer.Pad(pointerSize == 2 ? 3000 : 600_000);
        var prefixes = Enumerable.Range(0, random.Next(1, 12)).Select(_ => AnyPrefix(random, ipVersion)).DistinctBy(prefix => prefix.Text).ToArray();
        foreach (var prefix in prefixes)
            writer.Add(prefix.Text, Records.Country(prefix.Country));
        var database = Open(writer.Write());
        return Enumerable.Range(0, 40).All(_ =>
        {
            var near = prefixes[random.Next(prefixes.Length)].Range;
            var address = new NetworkAddress(random.Next(4) switch { 0 => near.First, 1 => near.Last, 2 => near.First - 1, _ => near.Last + 1 }, near.IsIPv4);
            if (address.Bits > (address.IsIPv4 ? uint.MaxValue : UInt128.MaxValue))
                return true;
            var meant = prefixes.Where(prefix => prefix.Range.Contains(address)).OrderBy(prefix => prefix.Range.Last - prefix.Range.First).FirstOrDefault();
            return Country(database, address) == meant.Country;
        });
    }, times: pointerSize > 2 ? 30 : 200);

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(95)]
    [InlineData(96)]
    [InlineData(97)]
    [InlineData(127)]
    [InlineData(128)]
    public void The_last_bit_of_a_prefix_counts_and_the_first_one_behind_it_does_not(int length)
    {
        var bits = new UInt128(0xA5A5_5A5A_C3C3_3C3C, 0xF00F_0FF0_9669_6996);
        var rest = length == 128 ? UInt128.Zero : UInt128.MaxValue >> length;
        var first = new NetworkAddress(bits & ~rest, IsIPv4: false);
        var database = Open(new MmdbWriter("City").Add($"{first}/{length}", Records.Country("IN")).Write());

        Assert.Equal("IN", Country(database, first));
        Assert.Equal("IN", Country(database, first with { Bits = first.Bits | rest }));
        Assert.Equal("IN", Country(database, first with { Bits = bits }));
        for (var bit = 0; bit < length; bit++)
            Assert.Null(Country(database, first with { Bits = first.Bits ^ (UInt128.One << (127 - bit)) }));
        for (var bit = length; bit < 128; bit++)
            Assert.Equal("IN", Country(database, first with { Bits = first.Bits ^ (UInt128.One << (127 - bit)) }));
    }

    [Fact]
    public void A_prefix_of_nothing_is_everybody()
    {
        var database = Open(new MmdbWriter("City").Add("::/0", Records.Country("IN")).Write());

        Assert.All((string[])["::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "0.0.0.0", "255.255.255.255"], address => Assert.Equal("IN", Country(database, address)));
    }

    /// <summary>Threads share the cache of decoded answers; the database has more places than the cache holds.</summary>
    [Fact]
    public void Asked_by_many_at_once_each_place_is_its_own()
    {
        const int Networks = 6000;
        var writer = new MmdbWriter("City");
        for (var network = 0; network < Networks; network++)
            writer.Add($"10.{network / 256}.{network % 256}.0/24", Records.City("NL", network / 100.0, 4.9, 20, "Europe/Amsterdam"));
        var database = Open(writer.Write());

        Parallel.For(0, 8, asker =>
        {
            for (var turn = 0; turn < Networks; turn++)
            {
                var network = (turn * 7 + asker * 13) % Networks;
                Assert.Equal(DatabaseAnswer.Found, database.Find(new(0x0A00_0000 + ((UInt128)network << 8), IsIPv4: true), out var answer));
                Assert.Equal(network / 100.0, answer.Place!.Value.Latitude);
            }
        });
    }

    [Fact]
    public void Whatever_is_kept_of_them_each_of_many_records_is_answered_as_it_stands_and_allocates_nothing()
    {
        const int Networks = 6000;
        var writer = new MmdbWriter("City");
        for (var network = 0; network < Networks; network++)
            writer.Add($"10.{network / 256}.{network % 256}.0/24", Records.City("NL", network / 100.0, 4.9, 20, "Europe/Amsterdam"));
        var database = Open(writer.Write());
        var addresses = Enumerable.Range(0, Networks).Select(network => new NetworkAddress(0x0A00_0000 + ((UInt128)network << 8), IsIPv4: true)).ToArray();
        var at = 0;

        for (var time = 0; time < 2; time++)
            Assert.All(addresses, (address, network) => Assert.Equal(new Place(network / 100.0, 4.9, 20), database.Find(address, out var answer) == DatabaseAnswer.Found ? answer.Place : null));
        Assert.Equal(0, Allocation.Of(() => database.Find(addresses[at++ % addresses.Length], out _)));
    }

    private static (string Text, NetworkRange Range, string Country) AnyPrefix(Random random, int ipVersion)
    {
        var isIPv4 = ipVersion == 4 || random.Next(2) == 0;
        var bytes = new byte[isIPv4 ? 4 : 16];
        random.NextBytes(bytes);
        if (!isIPv4)
            bytes[0] = 0x20;
        var address = NetworkAddress.From(new IPAddress(bytes));
        var length = random.Next(isIPv4 ? 1 : 4, address.Length + 1);
        var rest = length == address.Length ? 0 : ((UInt128)1 << (address.Length - length)) - 1;
        var range = new NetworkRange(address.Bits & ~rest, address.Bits | rest, isIPv4);
        return ($"{new NetworkAddress(range.First, isIPv4)}/{length}", range, string.Concat((char)('A' + random.Next(26)), (char)('A' + random.Next(26))));
    }

    private static string? Country(LocationDatabase database, string address) => Country(database, Address(address));

    private static string? Country(LocationDatabase database, NetworkAddress address) => database.Find(address, out var answer) switch
    {
        DatabaseAnswer.Found => answer.Country.ToString(),
        DatabaseAnswer.NotFound => null,
        var other => other.ToString(),
    };

    private static LocationDatabase Open(byte[] file)
    {
        var database = LocationDatabase.TryOpen(file, out var problem);
        Assert.Null(problem);
        return database!;
    }

    private static NetworkAddress Address(string text)
    {
        Assert.True(NetworkAddress.TryParse(text, out var address));
        return address;
    }
}
