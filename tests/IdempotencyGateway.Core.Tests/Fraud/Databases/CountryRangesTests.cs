using System.Text;
using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Fraud.Databases;

namespace IdempotencyGateway.Core.Tests.Fraud.Databases;

public sealed class CountryRangesTests
{
    private const string Geoip = "# Last updated\n16777216,16777471,AU\n16777472,16777727,CN\n16778240,16779263,??\n4294967295,4294967295,zz\n";
    private const string Geoip6 = "2001:200::,2001:200:ffff:ffff:ffff:ffff:ffff:ffff,JP\n2a02:2e02::,2a02:2e02:8000::ffff,FR\n";

    [Theory]
    [InlineData("0.255.255.255", "")]
    [InlineData("1.0.0.0", "AU")]
    [InlineData("1.0.0.255", "AU")]
    [InlineData("1.0.1.0", "CN")]
    [InlineData("::ffff:1.0.1.0", "CN")]
    [InlineData("1.0.2.0", "")]
    [InlineData("1.0.4.0", "")]
    [InlineData("255.255.255.255", "ZZ")]
    [InlineData("255.255.255.254", "")]
    [InlineData("2001:200::1", "")]
    public void An_IPv4_file_knows_the_country_of_an_address(string address, string country) => Assert.Equal(country, Find(Geoip, address));

    [Theory]
    [InlineData("2001:1ff::", "")]
    [InlineData("2001:200::", "JP")]
    [InlineData("2001:200:ffff:ffff:ffff:ffff:ffff:ffff", "JP")]
    [InlineData("2001:201::", "")]
    [InlineData("2a02:2e02:8000::fffe", "FR")]
    [InlineData("1.0.0.0", "")]
    public void An_IPv6_file_knows_the_country_of_an_address(string address, string country) => Assert.Equal(country, Find(Geoip6, address));

    [Theory]
    [InlineData("16777472,16777727,CN\n16777216,16777471,AU", 2, "not in ascending order")]
    [InlineData("16777216,16777471,AU\n16777471,16777727,CN", 2, "overlap")]
    [InlineData("16777216,16777471,AU\n16777216,16777471,AU", 2, "overlap")]
    [InlineData("1,2,AU\n\n# x\n2001:200::,2001:200::1,JP", 4, "separate files")]
    [InlineData("2,1,AU", 1, "lower end")]
    [InlineData("1,2", 1, "first,last,country")]
    [InlineData("1,2,AUS", 1, "two letters")]
    [InlineData("1,2,A1", 1, "two letters")]
    [InlineData("1,2,AU,9", 1, "two letters")]
    [InlineData("+1,2,AU", 1, "decimal numbers")]
    [InlineData("-1,2,AU", 1, "decimal numbers")]
    [InlineData("1,4294967296,AU", 1, "decimal numbers")]
    [InlineData("1.0.0.0,1.0.0.255,AU", 1, "decimal numbers")]
    [InlineData("1,2001:200::1,AU", 1, "decimal numbers")]
    [InlineData(",,", 1, "decimal numbers")]
    [InlineData("# nothing", 1, "no entry")]
    [InlineData("", 0, "no entry")]
    public void What_could_give_a_wrong_answer_is_an_error_with_its_line(string text, int line, string problem)
    {
        Assert.Null(CountryRanges.TryRead(Encoding.UTF8.GetBytes(text), out var mistake));
        Assert.Equal(line, mistake!.Line);
        Assert.Contains(problem, mistake.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_and_damaged_files_are_read_or_refused_and_never_a_crash()
    {
        var random = new Random(6);
        for (var time = 0; time < 100_000; time++)
        {
            var text = Damage.Done(Encoding.UTF8.GetBytes(time % 2 == 0 ? Geoip : Geoip6), random);
            Assert.Equal(CountryRanges.TryRead(text, out var mistake) is null, mistake is not null);
        }
    }

    private static string Find(string text, string address)
    {
        var ranges = CountryRanges.TryRead(Encoding.UTF8.GetBytes(text), out var mistake);
        Assert.Null(mistake);
        Assert.True(NetworkAddress.TryParse(address, out var parsed));
        return ranges!.Find(parsed).ToString();
    }
}
