using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>A path reaches the provider as the client wrote it, including encoded slashes; a path with ambiguous escapes is refused.</summary>
public sealed class KeptEscapesTests
{
    [Theory]
    [InlineData("a%2Fb", "a%2Fb")]
    [InlineData("a%2fb", "a%2fb")]
    [InlineData("a%252Fb", "a%252Fb")]
    [InlineData("a%25252Fb", "a%25252Fb")]
    [InlineData("a%25%32Fb", "a%252Fb")]
    [InlineData("50%25", "50%25")]
    [InlineData("%E9", "%E9")]
    [InlineData("a%2F%C3%A9%20b?c=%2F%25&d=%252F", "a%2F%C3%A9%20b?c=%2F%25&d=%252F")]
    [InlineData("x/../a%2Fb", "a%2Fb")]
    public async Task The_provider_gets_the_path_with_its_escapes_as_the_client_sent_it(string sent, string arrives)
    {
        await using var provider = ScriptedProvider.Start();
        await using var gateway = await Asking.Guard(provider.Address);

        Assert.Equal(200, (await gateway.Ask(Request("/guarded/" + sent))).Status);
        Assert.Equal(200, (await gateway.Ask(Request("/open/" + sent))).Status);

        Assert.Equal(["/v3/" + arrives, "/v3/" + arrives], provider.Deliveries.Select(delivery => delivery.Target));
    }

    [Theory]
    [InlineData("PathPrefix", "/p", "/p/guarded/a%2Fb/c")]
    [InlineData("PathPrefix", "/50%20%25", "/50%2520%2525/guarded/a%2Fb/c")]
    [InlineData("PathRemovePrefix", "/guarded", "/a%2Fb/c")]
    [InlineData("PathSet", "/set", "/set")]
    [InlineData("PathPattern", "/p/{id}/{**rest}", "/p/a%2Fb/c")]
    public async Task Escapes_are_kept_by_every_path_transform(string transform, string value, string arrives)
    {
        await using var provider = ScriptedProvider.Start();
        await using var gateway = await Asking.Guard(provider.Address, setup => setup.AdjustRoute = route => route with
        {
            Match = new() { Path = "/guarded/{id}/{**rest}" },
            Transforms = [new Dictionary<string, string> { [transform] = value }],
        });

        Assert.Equal(200, (await gateway.Ask(Request("/guarded/a%2Fb/c?q=%2F"))).Status);

        Assert.Equal(arrives + "?q=%2F", Assert.Single(provider.Deliveries).Target);
    }

    [Fact]
    public async Task Escapes_are_kept_below_a_destination_address_that_has_a_path()
    {
        await using var provider = ScriptedProvider.Start();
        await using var gateway = await Asking.Guard(new Uri(provider.Address, "base%20d/"));

        Assert.Equal(200, (await gateway.Ask(Request("/guarded/a%2Fb"))).Status);

        Assert.Equal("/base%20d/v3/a%2Fb", Assert.Single(provider.Deliveries).Target);
    }

    [Theory]
    [InlineData("/guarded/a%2Fb%25")]
    [InlineData("/guarded/a%252Fb%2fc")]
    [InlineData("/guarded/a%25%32Fb%2Fc")]
    [InlineData("/guarded/%25%E9")]
    [InlineData("/guarded/%C3%25%A9")]
    [InlineData("/guarded/a%")]
    [InlineData("/guarded/a%2")]
    [InlineData("/guarded/a%zz")]
    [InlineData("/guarded/a%2z")]
    [InlineData("/guarded/%%32%35")]
    [InlineData("http://gateway/guarded/a%2Fb")]
    [InlineData("http://gateway/guarded/a%00")]
    [InlineData("/open/a%2Fb%25")]
    [InlineData("http://gateway/open/a%2Fb")]
    public async Task What_can_be_taken_for_another_path_is_refused(string target)
    {
        await using var provider = ScriptedProvider.Start();
        await using var gateway = await Asking.Guard(provider.Address);

        Assert.Equal(400, (await gateway.Ask(Request(target))).Status);

        Assert.Empty(provider.Deliveries);
    }

    private static string Request(string target) => RawClient.Request("POST", target, "{}", new("Idempotency-Key", Guid.NewGuid().ToString()), new("x-api-key", Asking.Caller));
}
