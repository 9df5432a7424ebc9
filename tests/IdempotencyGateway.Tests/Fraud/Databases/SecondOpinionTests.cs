using System.Globalization;
using System.Text.RegularExpressions;
using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Fraud.Databases;
using IdempotencyGateway.Core.Tests.Fraud.Databases;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Fraud.Databases;

/// <summary>Differential tests against the distribution's <c>mmdblookup</c> (libmaxminddb), which must find the same records in the same databases.</summary>
public sealed partial class SecondOpinionTests
{
    private const int Questions = 60;

    [Theory]
    [InlineData(24, 6, 0)]
    [InlineData(28, 6, 3_000)]
    [InlineData(32, 6, 600_000)]
    [InlineData(28, 4, 0)]
    public async Task Libmaxminddb_finds_what_we_find(int recordSize, int ipVersion, int padding)
    {
        var seed = LongForm.Seed();
        var random = new Random(seed);
        var (file, near) = AnyDatabase(random, recordSize, ipVersion, padding);
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.File("any.mmdb"), file);
        var database = LocationDatabase.TryOpen(file, out var problem);
        Assert.Null(problem);

        var found = 0;
        for (var question = 0; question < Questions; question++)
        {
            var address = near[random.Next(near.Count)];
            var (exitCode, said) = await Tool.RunAsync("mmdblookup", ["--file", folder.File("any.mmdb"), "--ip", address.ToString()]);
            var ours = database!.Find(address, out var answer);
            var theirs = exitCode == 0 ? DatabaseAnswer.Found : said.Contains("Could not find", StringComparison.Ordinal) ? DatabaseAnswer.NotFound : DatabaseAnswer.Corrupt;
            Assert.True(ours == theirs, $"seed {seed}: {address}: {ours}, but mmdblookup says {said}");
            if (ours != DatabaseAnswer.Found)
                continue;
            found++;
            Assert.Equal(Said(said, "iso_code"), answer.Country.ToString());
            Assert.Equal(Number(said, "latitude"), answer.Place!.Value.Latitude, precision: 5);
            Assert.Equal(Number(said, "longitude"), answer.Place.Value.Longitude, precision: 5);
            Assert.Equal(Number(said, "accuracy_radius"), answer.Place.Value.RadiusKm!.Value);
        }
        Assert.InRange(found, 1, Questions);
    }

    private static (byte[] File, List<NetworkAddress> Near) AnyDatabase(Random random, int recordSize, int ipVersion, int padding)
    {
        var writer = new MmdbWriter("Test-City", ipVersion, recordSize);
        if (padding > 0)
            writer.Pad(padding);
        var near = new List<NetworkAddress>();
        foreach (var number in Enumerable.Range(0, 60).Select(_ => random.Next(2000)).Distinct())
        {
            var isIPv4 = ipVersion == 4 || random.Next(2) == 0;
            var length = isIPv4 ? random.Next(12, 33) : random.Next(20, 129);
            var bits = isIPv4 ? 0x0A00_0000 + ((UInt128)number << 12) : new UInt128(0x2001_0000_0000_0000 + ((ulong)number << 32), 0);
            var rest = length == (isIPv4 ? 32 : 128) ? 0 : ((UInt128)1 << ((isIPv4 ? 32 : 128) - length)) - 1;
            var first = new NetworkAddress(bits & ~rest, isIPv4);
            near.AddRange([first, first with { Bits = first.Bits | rest }, first with { Bits = (first.Bits | rest) + 1 }]);
            writer.Add($"{first}/{length}", Records.City(
                string.Concat((char)('A' + random.Next(26)), (char)('A' + random.Next(26))),
                random.Next(-9000, 9001) / 100.0, random.Next(-18_000, 18_001) / 100.0, (ushort)random.Next(1, 1001), "Zone/Number_" + random.Next(20)));
        }
        return (writer.Write(), near);
    }

    private static double Number(string said, string name) => double.Parse(Said(said, name)!, CultureInfo.InvariantCulture);

    private static string? Said(string said, string name) =>
        Member().Matches(said).SingleOrDefault(match => match.Groups["name"].Value == name)?.Groups["value"].Value;

    [GeneratedRegex("""
        "(?<name>\w+)":\s+"?(?<value>[^"<\n]*?)"?\s+<
        """, RegexOptions.ExplicitCapture)]
    private static partial Regex Member();
}
