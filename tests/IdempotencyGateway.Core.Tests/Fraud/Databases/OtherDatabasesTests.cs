using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Fraud.Databases;

namespace IdempotencyGateway.Core.Tests.Fraud.Databases;

public sealed class OtherDatabasesTests
{
    private static readonly NetworkAddress Known = new(0x0A000001, IsIPv4: true);
    private static readonly NetworkAddress Unknown = new(0x0B000001, IsIPv4: true);

    [Theory]
    [InlineData("GeoLite2-ASN")]
    [InlineData("GeoIP2-ISP")]
    [InlineData("DBIP-ASN-Lite (compat=GeoLite2-ASN)")]
    public void A_network_has_a_number(string type)
    {
        var database = NetworkDatabase.TryOpen(new MmdbWriter(type).Add("10.0.0.0/8", Records.Asn(4_200_000_000)).Write(), out _)!;

        Assert.Equal((DatabaseAnswer.Found, 4_200_000_000U), (database.Find(Known, out var number), number!.Value));
        Assert.Equal((DatabaseAnswer.NotFound, null), (database.Find(Unknown, out number), number));
    }

    [Theory]
    [InlineData("is_anonymous", Anonymity.Anonymous)]
    [InlineData("is_anonymous_vpn", Anonymity.Vpn)]
    [InlineData("is_hosting_provider", Anonymity.Hosting)]
    [InlineData("is_public_proxy", Anonymity.PublicProxy)]
    [InlineData("is_residential_proxy", Anonymity.ResidentialProxy)]
    [InlineData("is_tor_exit_node", Anonymity.TorExit)]
    public void Marks_stand_where_they_hold(string member, Anonymity way)
    {
        Assert.Equal(new(way, null, null), Anonymous("GeoIP2-Anonymous-IP", (member, true)));
        Assert.Equal(default, Anonymous("GeoIP2-Anonymous-IP", (member, false)));
    }

    [Fact]
    public void Plus_knows_how_sure_it_is_and_IP_Risk_how_bad()
    {
        Assert.Equal(
            new(Anonymity.Anonymous | Anonymity.Vpn, 99, null),
            Anonymous("GeoIP-Anonymous-Plus", ("anonymizer_confidence", (ushort)99), ("is_anonymous", true), ("is_anonymous_vpn", true),
                ("network_last_seen", "2026-11-01"), ("provider_name", "Example VPN")));
        Assert.Equal(new(Anonymity.None, null, 64.5), Anonymous("GeoIP2-IP-Risk", ("ip_risk", 64.5)));
    }

    [Theory]
    [InlineData("ip_risk", 100.5)]
    [InlineData("ip_risk", -0.5)]
    [InlineData("ip_risk", double.NaN)]
    [InlineData("ip_risk", "high")]
    [InlineData("anonymizer_confidence", 101U)]
    [InlineData("is_anonymous", "yes")]
    [InlineData("is_tor_exit_node", 1U)]
    public void A_value_that_cannot_be_is_no_answer(string member, object value)
    {
        var database = AnonymityDatabase.TryOpen(
            new MmdbWriter("GeoIP2-IP-Risk").Add("10.0.0.0/8", new (string, object)[] { (member, value) }).Write(), out _)!;

        Assert.Equal((DatabaseAnswer.Corrupt, default), (database.Find(Known, out var answer), answer));
    }

    [Fact]
    public void A_database_of_another_shape_is_refused_because_it_would_answer_everything_with_nothing()
    {
        var asn = new MmdbWriter("GeoLite2-ASN").Add("10.0.0.0/8", Records.Asn(1)).Write();

        Assert.Null(LocationDatabase.TryOpen(asn, out var problem));
        Assert.Equal("the database is of type \"GeoLite2-ASN\"; use one of type City, Enterprise, Country", problem);
        Assert.Null(AnonymityDatabase.TryOpen(asn, out _));
        Assert.NotNull(NetworkDatabase.TryOpen(asn, out _));
    }

    private static AnonymityAnswer Anonymous(string type, params (string, object)[] record)
    {
        var database = AnonymityDatabase.TryOpen(new MmdbWriter(type).Add("10.0.0.0/8", record).Write(), out var problem);
        Assert.Null(problem);
        Assert.Equal((DatabaseAnswer.NotFound, default), (database!.Find(Unknown, out var answer), answer));
        Assert.Equal(DatabaseAnswer.Found, database.Find(Known, out answer));
        return answer;
    }
}
