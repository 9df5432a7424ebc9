using System.Text;
using IdempotencyGateway.Core.Fraud.Addresses;

namespace IdempotencyGateway.Core.Tests.Fraud.Addresses;

public sealed class AddressListTests
{
    private const string Netset = """
        # a comment
        192.0.2.0/24 ; office
        192.0.2.128/25            # nested in the one above
        198.51.100.7
        198.51.100.10-198.51.100.12
        198.51.100.11 - 198.51.100.20

        203.0.113.0/32
        255.255.255.255
        2001:db8::/32
        2001:db8:1::/48
        ::1
        ::ffff:10.0.0.0/104
        ::ffff:172.16.0.1
        """;

    [Theory]
    [InlineData("192.0.1.255", false)]
    [InlineData("192.0.2.0", true)]
    [InlineData("192.0.2.255", true)]
    [InlineData("192.0.3.0", false)]
    [InlineData("198.51.100.7", true)]
    [InlineData("198.51.100.8", false)]
    [InlineData("198.51.100.10", true)]
    [InlineData("198.51.100.20", true)]
    [InlineData("198.51.100.21", false)]
    [InlineData("203.0.113.0", true)]
    [InlineData("203.0.113.1", false)]
    [InlineData("255.255.255.255", true)]
    [InlineData("255.255.255.254", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("0.0.0.1", false)]
    [InlineData("2001:db8:ffff::", true)]
    [InlineData("2001:db9::", false)]
    [InlineData("::1", true)]
    [InlineData("::", false)]
    [InlineData("::2", false)]
    [InlineData("10.255.255.255", true)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("::ffff:192.0.2.9", true)]
    [InlineData("11.0.0.0", false)]
    [InlineData("172.16.0.1", true)]
    [InlineData("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false)]
    public void A_list_holds_what_its_lines_say(string address, bool held) => Assert.Equal(held, Read(Netset).Contains(Address(address)));

    [Fact]
    public void Ranges_that_overlap_or_touch_become_one()
    {
        Assert.Equal(1, Read("10.0.0.0/25\n10.0.0.128/25\n10.0.0.7\n10.0.1.0-10.0.1.9").Count);
        Assert.Equal(2, Read("0.0.0.0/0\n1.2.3.4\n::/0\nfe80::/10").Count);
        Assert.Equal(0, Read("# nothing\n\n").Count);
    }

    [Fact]
    public void Whatever_the_editor_left_behind_does_not_count()
    {
        var list = Read("\uFEFF192.0.2.1\r\n\t 192.0.2.3 \t\r\n#\r\n192.0.2.5");

        Assert.Equal([true, false, true, false, true], Enumerable.Range(1, 5).Select(last => list.Contains(Address("192.0.2." + last))));
    }

    [Theory]
    [InlineData("example.com", "write an address")]
    [InlineData("192.0.2.1/24", "write 192.0.2.0/24")]
    [InlineData("2001:db8::1/64", "write 2001:db8::/64")]
    [InlineData("192.0.2.0/33", "0 to 32")]
    [InlineData("192.0.2.0/", "0 to 32")]
    [InlineData("192.0.2.0/+8", "0 to 32")]
    [InlineData("192.0.2.0/08", "0 to 32")]
    [InlineData("192.0.2.0/255.255.255.0", "0 to 32")]
    [InlineData("2001:db8::/129", "0 to 128")]
    [InlineData("::ffff:0.0.0.0/95", "at least 96")]
    [InlineData("192.0.2.9-192.0.2.1", "lower end")]
    [InlineData("192.0.2.9-2001:db8::1", "both IPv6")]
    [InlineData("192.0.2.9-", "write an address")]
    [InlineData("192.0.2.1 192.0.2.2", "write an address")]
    [InlineData("192.0.2.1,x", "write an address")]
    [InlineData("192.0.2.010", "write an address")]
    public void A_line_that_says_something_else_is_an_error_with_its_number(string line, string remedy)
    {
        Assert.Null(AddressList.TryRead(Encoding.UTF8.GetBytes($"192.0.2.0/24\n# x\n{line}\n10.0.0.0/8\n"), out var mistakes));

        var mistake = Assert.Single(mistakes);
        Assert.Equal(3, mistake.Line);
        Assert.Contains(remedy, mistake.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_are_told_together_but_not_without_end_and_not_what_stands_there()
    {
        Assert.Null(AddressList.TryRead(Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat("é\0" + new string('x', 1000), 50))), out var mistakes));

        Assert.Equal(AddressList.MaxMistakes, mistakes.Count);
        Assert.All(mistakes, mistake => Assert.DoesNotContain("xx", mistake.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Any_list_holds_exactly_what_its_ranges_hold() => Property.Holds(random =>
    {
        var ranges = Enumerable.Range(0, random.Next(30)).Select(_ => AnyRange(random)).ToArray();
        var list = Read(string.Join('\n', ranges.Select(range => Written(range, random))));
        return Enumerable.Range(0, 50).All(_ =>
        {
            var address = AnyNear(ranges, random);
            return list.Contains(address) == ranges.Any(range => range.Contains(address));
        });
    });

    [Fact]
    public void Random_and_damaged_lists_are_read_or_refused_and_never_a_crash()
    {
        var random = new Random(5);
        var whole = Encoding.UTF8.GetBytes(Netset);
        for (var time = 0; time < 100_000; time++)
        {
            var text = Damage.Done(whole.AsSpan(0, random.Next(whole.Length)), random);
            Assert.Equal(AddressList.TryRead(text, out var mistakes) is null, mistakes.Count > 0);
        }
    }

    [Fact]
    public void A_look_up_allocates_nothing_however_long_the_list()
    {
        var random = new Random(3);
        var list = AddressList.Of(Enumerable.Range(0, 100_000).Select(_ => AnyRange(random)));
        var addresses = Enumerable.Range(0, 1000).Select(_ => AnyNear([], random)).ToArray();
        var at = 0;

        Assert.Equal(0, Allocation.Of(() => list.Contains(addresses[at++ % addresses.Length])));
    }

    private static AddressList Read(string text)
    {
        var list = AddressList.TryRead(Encoding.UTF8.GetBytes(text), out var mistakes);
        Assert.Empty(mistakes);
        return list!;
    }

    private static NetworkAddress Address(string text)
    {
        Assert.True(NetworkAddress.TryParse(text, out var address));
        return address;
    }

    /// <summary>A random range from a space so small that ranges often overlap.</summary>
    private static NetworkRange AnyRange(Random random)
    {
        var isIPv4 = random.Next(2) == 0;
        var high = isIPv4 ? (UInt128)0xC000_0000 : new UInt128(0x2001_0DB8_0000_0000, 0);
        var first = high + (UInt128)random.Next(2000);
        return new(first, first + (UInt128)(random.Next(3) == 0 ? 0 : random.Next(300)), isIPv4);
    }

    private static NetworkAddress AnyNear(NetworkRange[] ranges, Random random)
    {
        if (ranges.Length == 0 || random.Next(4) == 0)
            return AnyRange(random) is var any ? new(any.First, any.IsIPv4) : default;
        var range = ranges[random.Next(ranges.Length)];
        return new(random.Next(4) switch { 0 => range.First, 1 => range.Last, 2 => range.First - 1, _ => range.Last + 1 }, range.IsIPv4);
    }

    private static string Written(NetworkRange range, Random random)
    {
        var (first, last) = (new NetworkAddress(range.First, range.IsIPv4), new NetworkAddress(range.Last, range.IsIPv4));
        return range.First == range.Last && random.Next(2) == 0 ? first.ToString()
            : range.First == range.Last ? $"{first}/{first.Length}"
            : $"{first}-{last}";
    }
}
