using IdempotencyGateway.Tests.Hosting;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Providers;

/// <summary>A reload that changes a cluster's provider: every request carries the credentials of the provider that it goes to.</summary>
public sealed class ReloadedIdentitiesTests
{
    [Theory]
    [InlineData(false, true, null, "Bearer new")]
    [InlineData(true, false, "Bearer old", null)]
    [InlineData(true, true, "Bearer old", "Bearer new")]
    public async Task A_request_goes_with_the_credentials_that_were_in_force_when_it_came(bool before, bool after, string? early, string? late)
    {
        await using var authority = await KestrelProvider.StartAsync(context => context.Response.WriteAsync($$"""{"access_token":"{{context.Request.Path.Value![1..]}}","token_type":"Bearer"}"""));
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("client.secret"), "secret\n");
        await using var reloading = await ReloadingGateway.StartAsync(ReloadingGateway.Json(more: before ? Credentials("old") : ""));
        using var client = await RawClient.Connect(reloading.Gateway.Address);
        await client.Send("POST /guarded/x HTTP/1.1\r\nHost: h\r\nIdempotency-Key: k\r\nx-api-key: caller-1\r\nContent-Length: 4\r\n\r\nab");
        await Eventually.TrueAsync("the body is waited for", () => Task.FromResult(reloading.Gateway.BodyBytes > 0));

        reloading.Replace(ReloadingGateway.Json(more: after ? Credentials("new") : ""));
        Assert.True((await reloading.Reload(1)).Applied);
        await client.Send("cd");
        Assert.Equal(201, (await client.ReadAnswer())!.Status);
        using var answer = await reloading.Gateway.SendAsync("after", path: "/guarded/x");

        Assert.Equal([early, late], reloading.Provider.Deliveries.Select(delivery => delivery.Headers["Authorization"]));

        string Credentials(string token) => $$"""
            "Providers": { "provider": { "OAuth": { "TokenUrl": "{{authority.Address}}{{token}}", "ClientId": "c", "ClientSecretFile": "{{folder.File("client.secret")}}" } } },
            """;
    }
}
