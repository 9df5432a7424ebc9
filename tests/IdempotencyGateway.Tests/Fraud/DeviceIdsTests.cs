using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Fraud;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Fraud;

/// <summary>The cache of device ids: a device has the same id whether or not the id is cached.</summary>
public sealed class DeviceIdsTests
{
    private readonly DeviceIds _ids = new(new StoreSecret(new byte[32]));

    [Fact]
    public void However_many_devices_come_in_turns_each_keeps_a_name_of_its_own()
    {
        const int Devices = 3000;
        var first = Enumerable.Range(0, Devices).Select(i => NameOf(("User-Agent", $"device {i}"))).ToArray();
        var again = Enumerable.Range(0, Devices).Select(i => NameOf(("User-Agent", $"device {i}"))).ToArray();

        Assert.Equal(first, again);
        Assert.Equal(Devices, first.Distinct().Count());
    }

    [Theory]
    [InlineData("User-Agent")]
    [InlineData("Accept")]
    [InlineData("Accept-Language")]
    [InlineData("Accept-Encoding")]
    [InlineData("Sec-CH-UA")]
    [InlineData("Sec-CH-UA-Mobile")]
    [InlineData("Sec-CH-UA-Platform")]
    public void Each_header_tells_devices_apart(string header)
    {
        var one = NameOf((header, "one"));

        Assert.NotEqual(one, NameOf((header, "two")));
        Assert.NotEqual(one, NameOf());
        Assert.Equal(one, NameOf((header, "one")));
    }

    [Fact]
    public void The_TLS_fingerprint_tells_devices_apart() => Assert.NotEqual(_ids.Of(DeviceTraits.Of(new DefaultHttpContext().Request, "t13d1516h2")), _ids.Of(DeviceTraits.Of(new DefaultHttpContext().Request, ja4: null)));

    [Fact]
    public void Headers_of_any_length_have_a_name()
    {
        var text = new string('x', 30_000);

        Assert.Equal(NameOf(("User-Agent", text)), NameOf(("User-Agent", text)));
        Assert.NotEqual(NameOf(("User-Agent", text)), NameOf(("User-Agent", text + "x")));
    }

    private SightingKey NameOf(params (string Name, string Value)[] headers)
    {
        var request = new DefaultHttpContext().Request;
        foreach (var (name, value) in headers)
            request.Headers[name] = value;
        return _ids.Of(DeviceTraits.Of(request, ja4: null));
    }
}
