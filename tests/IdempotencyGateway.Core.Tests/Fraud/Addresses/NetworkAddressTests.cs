using System.Net;
using IdempotencyGateway.Core.Fraud.Addresses;

namespace IdempotencyGateway.Core.Tests.Fraud.Addresses;

public sealed class NetworkAddressTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("::", "::")]
    [InlineData("2001:DB8::1", "2001:db8::1")]
    [InlineData("2001:db8:0:0:0:0:0:1", "2001:db8::1")]
    [InlineData("64:ff9b::192.0.2.1", "64:ff9b::c000:201")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:c000:201", "192.0.2.1")]
    public void An_address_is_read_and_IPv4_in_IPv6_clothes_is_IPv4(string text, string meant)
    {
        Assert.True(NetworkAddress.TryParse(text, out var address));
        Assert.Equal(IPAddress.Parse(meant), address.ToIPAddress());
        Assert.Equal(address, NetworkAddress.From(IPAddress.Parse(text)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("192.0.2")]
    [InlineData("192.0.2.1.5")]
    [InlineData("192.0.2.")]
    [InlineData(".192.0.2.1")]
    [InlineData("192.0.2.256")]
    [InlineData("192.0.02.1")]
    [InlineData("0300.0.2.1")]
    [InlineData("0xC0.0.2.1")]
    [InlineData("3221225985")]
    [InlineData(" 192.0.2.1")]
    [InlineData("192.0.2.1 ")]
    [InlineData("192.0.2.1:80")]
    [InlineData("١٩٢.0.2.1")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("1::2::3")]
    [InlineData("2001:db8::1%eth0")]
    [InlineData("[2001:db8::1]")]
    [InlineData("[2001:db8::1]:80")]
    [InlineData("2001:db8::1/64")]
    [InlineData("2001:db8::12345")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("::ffff:192.0.2.01")]
    [InlineData("::ffff:192.0.2")]
    [InlineData("1.2.3.4::")]
    [InlineData("unknown")]
    public void What_programs_could_read_in_two_ways_is_no_address(string text) => Assert.False(NetworkAddress.TryParse(text, out _));

    [Fact]
    public void Every_address_is_read_as_it_is_written() => Property.Holds(random =>
    {
        var bytes = new byte[random.Next(2) == 0 ? 4 : 16];
        random.NextBytes(bytes);
        var ip = new IPAddress(bytes);
        return NetworkAddress.TryParse(ip.ToString(), out var address) && address == NetworkAddress.From(ip)
            && NetworkAddress.TryParse(address.ToString(), out var again) && again == address
            && NetworkAddress.From(ip.MapToIPv6()) == address;
    });
}
