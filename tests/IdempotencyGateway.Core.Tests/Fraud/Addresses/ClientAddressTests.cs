using IdempotencyGateway.Core.Fraud.Addresses;

namespace IdempotencyGateway.Core.Tests.Fraud.Addresses;

/// <summary>The client's address behind the trusted proxies 10.0.0.0/8 and fd00::/8.</summary>
public sealed class ClientAddressTests
{
    private static readonly AddressList Trusted = Ranges("10.0.0.0/8", "fd00::/8");

    [Theory]
    [InlineData("203.0.113.9", "", "203.0.113.9", false)]
    [InlineData("203.0.113.9", "198.51.100.1", "203.0.113.9", true)]
    [InlineData("203.0.113.9", "10.0.0.1", "203.0.113.9", true)]
    [InlineData("203.0.113.9", "garbage", "203.0.113.9", true)]
    [InlineData("203.0.113.9", " , ,", "203.0.113.9", false)]
    [InlineData("10.0.0.1", "", "10.0.0.1", false)]
    [InlineData("10.0.0.1", "203.0.113.9", "203.0.113.9", false)]
    [InlineData("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9", false)]
    [InlineData("10.0.0.1", "203.0.113.9,10.0.0.3 ,\t10.0.0.2", "203.0.113.9", false)]
    [InlineData("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3", false)]
    [InlineData("10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9", true)]
    [InlineData("10.0.0.1", "10.0.0.7, 203.0.113.9, 10.0.0.2", "203.0.113.9", true)]
    [InlineData("10.0.0.1", "<script>, 203.0.113.9", "203.0.113.9", true)]
    [InlineData("10.0.0.1", "\"198.51.100.1, 203.0.113.9", "203.0.113.9", true)]
    [InlineData("10.0.0.1", "198.51.100.1|203.0.113.9|10.0.0.2", "203.0.113.9", true)]
    [InlineData("10.0.0.1", "203.0.113.9|", "203.0.113.9", false)]
    [InlineData("10.0.0.1", "203.0.113.9:51234", "203.0.113.9", false)]
    [InlineData("10.0.0.1", "2001:db8::1", "2001:db8::1", false)]
    [InlineData("10.0.0.1", "[2001:db8::1]", "2001:db8::1", false)]
    [InlineData("10.0.0.1", "[2001:db8::1]:443", "2001:db8::1", false)]
    [InlineData("::ffff:10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9", false)]
    [InlineData("fd00::1", "203.0.113.9, fd00::2", "203.0.113.9", false)]
    [InlineData("10.0.0.1", "unknown", null, false)]
    [InlineData("10.0.0.1", "_hidden", null, false)]
    [InlineData("10.0.0.1", "198.51.100.1, unknown", null, false)]
    [InlineData("10.0.0.1", "203.0.113.9, garbage, 10.0.0.2", null, false)]
    [InlineData("10.0.0.1", "203.0.113.9:99999", null, false)]
    [InlineData("10.0.0.1", "203.0.113.9:", null, false)]
    [InlineData("10.0.0.1", "203.0.113.09", null, false)]
    [InlineData("10.0.0.1", "[203.0.113.9]", null, false)]
    [InlineData("10.0.0.1", "[2001:db8::1", null, false)]
    [InlineData("10.0.0.1", "203.0.113.9 10.0.0.2", null, false)]
    [InlineData("10.0.0.1", "::ffff:203.0.113.9:80", null, false)]
    [InlineData("10.0.0.1", "[::ffff:203.0.113.9]:80", "203.0.113.9", false)]
    [InlineData("10.0.0.1", "::ffff:cb00:7109", "203.0.113.9", false)]
    [InlineData("::ffff:a00:1", "203.0.113.9, ::ffff:10.0.0.2", "203.0.113.9", false)]
    [InlineData("::ffff:203.0.113.9", "198.51.100.1", "203.0.113.9", true)]
    [InlineData("10.0.0.1", "fe80::1%eth0", null, false)]
    [InlineData("10.0.0.1", "[fe80::1%25eth0]:80", null, false)]
    [InlineData("10.0.0.1", "203.0.113.9:0", "203.0.113.9", false)]
    [InlineData("10.0.0.1", "203.0.113.9:65536", null, false)]
    [InlineData("10.0.0.1", "203.0.113.9:+80", null, false)]
    [InlineData("10.0.0.1", "203.0.113.9: 80", null, false)]
    [InlineData("10.0.0.1", "203.0.113.9:80:80", null, false)]
    [InlineData("10.0.0.1", "\"203.0.113.9\"", null, false)]
    [InlineData("10.0.0.1", "0xCB.0.113.9", null, false)]
    [InlineData("10.0.0.1", "0", null, false)]
    [InlineData("10.0.0.1", "2001:db8::1:443, 10.0.0.2", "2001:db8::1:443", false)]
    [InlineData("10.0.0.1", "10.0.0.1, 203.0.113.9\u00a0", null, false)]
    public void X_Forwarded_For_counts_as_far_as_trusted_hops_go(string peer, string lines, string? client, bool spoofed) =>
        AssertFound(client, spoofed, Find(peer, lines.Split('|'), []));

    [Theory]
    [InlineData("203.0.113.9", "for=198.51.100.1", "203.0.113.9", true)]
    [InlineData("10.0.0.1", "for=203.0.113.9", "203.0.113.9", false)]
    [InlineData("10.0.0.1", "For=203.0.113.9;proto=https;by=10.0.0.1", "203.0.113.9", false)]
    [InlineData("10.0.0.1", "proto=https ; host=\"a,b;c\" ; FOR=\"203.0.113.9:80\"", "203.0.113.9", false)]
    [InlineData("10.0.0.1", "for=203.0.113.9, for=10.0.0.2;host=\"x, for=1.2.3.4\"", "203.0.113.9", false)]
    [InlineData("10.0.0.1", "for=\"[2001:db8::1]\"", "2001:db8::1", false)]
    [InlineData("10.0.0.1", "for=\"[2001:db8::1]:4711\"", "2001:db8::1", false)]
    [InlineData("10.0.0.1", "for=\"[2001:db8::1]:_port\"", "2001:db8::1", false)]
    [InlineData("10.0.0.1", "for=198.51.100.1, for=203.0.113.9", "203.0.113.9", true)]
    [InlineData("10.0.0.1", "for=\"198.51.100.1, for=203.0.113.9", "203.0.113.9", true)]
    [InlineData("10.0.0.1", "for=\"\\\", for=203.0.113.9;host=\"\\\"\"", "203.0.113.9", true)]
    [InlineData("10.0.0.1", "for=198.51.100.1|for=203.0.113.9", "203.0.113.9", true)]
    [InlineData("10.0.0.1", "for=unknown", null, false)]
    [InlineData("10.0.0.1", "for=_SEVKISEK", null, false)]
    [InlineData("10.0.0.1", "by=203.0.113.9", null, false)]
    [InlineData("10.0.0.1", "203.0.113.9", null, false)]
    [InlineData("10.0.0.1", "for=203.0.113.9;for=198.51.100.1", null, false)]
    [InlineData("10.0.0.1", "for=", null, false)]
    [InlineData("10.0.0.1", "for=\"203.0.113.9", null, false)]
    [InlineData("10.0.0.1", "for=\"203.0.113\\.9\"", null, false)]
    [InlineData("10.0.0.1", "for = 203.0.113.9", null, false)]
    [InlineData("10.0.0.1", "for=203.0.113.9;=", null, false)]
    [InlineData("10.0.0.1", "for=\"[::ffff:203.0.113.9]:80\"", "203.0.113.9", false)]
    [InlineData("10.0.0.1", "for=\"[fe80::1%eth0]\"", null, false)]
    [InlineData("10.0.0.1", "for=\"_203.0.113.9\"", null, false)]
    [InlineData("10.0.0.1", "for=\"unknown:80\"", null, false)]
    [InlineData("10.0.0.1", "for=\"203.0.113.9:_\"", null, false)]
    [InlineData("10.0.0.1", "for=\"203.0.113.9\"x", null, false)]
    [InlineData("10.0.0.1", "for=\"\"", null, false)]
    [InlineData("10.0.0.1", "for=10.0.0.2;by=\"a;for=203.0.113.9\", for=10.0.0.3", "10.0.0.2", false)]
    [InlineData("10.0.0.1", "xfor=203.0.113.9", null, false)]
    [InlineData("10.0.0.1", ",,for=203.0.113.9,,", "203.0.113.9", false)]
    public void Forwarded_counts_as_far_as_trusted_hops_go(string peer, string lines, string? client, bool spoofed) =>
        AssertFound(client, spoofed, Find(peer, [], lines.Split('|')));

    [Theory]
    [InlineData(ForwardingHeader.Either, "203.0.113.9", "for=203.0.113.9", "203.0.113.9", false)]
    [InlineData(ForwardingHeader.Either, "198.51.100.1, 203.0.113.9", "for=203.0.113.9", "203.0.113.9", true)]
    [InlineData(ForwardingHeader.Either, "203.0.113.9", "for=198.51.100.1", null, true)]
    [InlineData(ForwardingHeader.Either, "203.0.113.9", "for=unknown", null, true)]
    [InlineData(ForwardingHeader.Either, "unknown", "for=unknown", null, true)]
    [InlineData(ForwardingHeader.Either, "203.0.113.9", " ,", "203.0.113.9", false)]
    [InlineData(ForwardingHeader.XForwardedFor, "203.0.113.9", "for=198.51.100.1", "203.0.113.9", false)]
    [InlineData(ForwardingHeader.Forwarded, "203.0.113.9", "for=198.51.100.1", "198.51.100.1", false)]
    [InlineData(ForwardingHeader.Forwarded, "203.0.113.9", "", "10.0.0.1", false)]
    public void Where_both_came_they_agree_or_somebody_said_which_one_counts(
        ForwardingHeader header, string older, string newer, string? client, bool spoofed) =>
        AssertFound(client, spoofed, Find("10.0.0.1", [older], [newer], header));

    [Theory]
    [InlineData("203.0.113.9", "for=198.51.100.1", "203.0.113.9", "198.51.100.1")]
    [InlineData("203.0.113.9", "for=unknown", "203.0.113.9", null)]
    [InlineData("_x", "for=198.51.100.1", null, "198.51.100.1")]
    [InlineData("203.0.113.9", "for=203.0.113.9", null, null)]
    public void Where_they_disagree_both_are_remembered(string older, string newer, string? one, string? other)
    {
        var (oneAlleged, otherAlleged) = Find("10.0.0.1", [older], [newer]).Alleged;

        Assert.Equal((one, other), (oneAlleged?.ToString(), otherAlleged?.ToString()));
    }

    [Fact]
    public void A_chain_of_too_many_trusted_hops_ends_nowhere()
    {
        var hops = string.Join(", ", Enumerable.Repeat("10.0.0.2", ClientAddress.MaxHops - 1));

        Assert.Equal(Address("203.0.113.9"), Find("10.0.0.1", ["203.0.113.9, " + hops], []).Address);
        Assert.Null(Find("10.0.0.1", ["203.0.113.9, 10.0.0.2, " + hops], []).Address);
    }

    [Fact]
    public void What_a_client_writes_never_changes_who_it_is() => Property.Holds(FsCheck.Fluent.Gen.Zip(Texts.Any, Texts.Any), texts =>
    {
        var older = Find("10.0.0.1", [texts.Item1, texts.Item2 + ", 203.0.113.9, 10.0.0.2"], []);
        var newer = Find("10.0.0.1", [], [texts.Item1, texts.Item2 + ", for=203.0.113.9;host=\"a, b\", for=10.0.0.2"]);
        return older.Address == Address("203.0.113.9") && newer.Address == Address("203.0.113.9");
    });

    [Fact]
    public void Random_and_damaged_headers_are_read_and_never_a_crash()
    {
        var random = new Random(9);
        var sound = "for=\"[2001:db8::1]:80\";by=10.0.0.1, for=203.0.113.9;host=\"a\\\"b,\", 10.0.0.2, [::1]:1, unknown"u8.ToArray();
        for (var time = 0; time < 100_000; time++)
        {
            string[] lines = [System.Text.Encoding.Latin1.GetString(Damage.Done(sound, random)), System.Text.Encoding.Latin1.GetString(Damage.Done(sound, random))];
            Find("10.0.0.1", lines, lines, (ForwardingHeader)random.Next(3));
            Find("203.0.113.9", lines, lines);
        }
    }

    [Fact]
    public void Finding_allocates_nothing()
    {
        var peer = Address("10.0.0.1");
        string?[] older = ["198.51.100.1, 203.0.113.9, 10.0.0.2"];
        string?[] newer = ["for=203.0.113.9;host=\"a,b\""];

        Assert.Equal(0, Allocation.Of(() => ClientAddress.Find(peer, Trusted, older, newer, ForwardingHeader.Either)));
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.255.255.255", "11.0.0.0")]
    [InlineData("0.0.0.0/0", "255.255.255.255", "::")]
    [InlineData("::/0", "ffff::", "1.2.3.4")]
    [InlineData("2001:db8::/33", "2001:db8:7fff::", "2001:db8:8000::")]
    [InlineData("::ffff:10.0.0.0/104", "10.0.0.1", "11.0.0.0")]
    public void A_network_of_the_base_class_library_is_the_same_range(string network, string within, string beyond)
    {
        var range = NetworkRange.From(System.Net.IPNetwork.Parse(network));

        Assert.True(NetworkRange.TryParse(network, out var parsed, out _));
        Assert.Equal(parsed, range);
        Assert.True(range.Contains(Address(within)));
        Assert.False(range.Contains(Address(beyond)));
    }

    private static void AssertFound(string? client, bool spoofed, ClientAddress found)
    {
        Assert.Equal(client is null ? null : Address(client), found.Address);
        Assert.Equal(spoofed, found.IsSpoofed);
    }

    private static ClientAddress Find(string peer, string?[] older, string?[] newer, ForwardingHeader header = ForwardingHeader.Either) =>
        ClientAddress.Find(Address(peer), Trusted, older, newer, header);

    private static AddressList Ranges(params string[] texts) => AddressList.Of(texts.Select(text =>
    {
        Assert.True(NetworkRange.TryParse(text, out var range, out _));
        return range;
    }));

    private static NetworkAddress Address(string text)
    {
        Assert.True(NetworkAddress.TryParse(text, out var address));
        return address;
    }
}
