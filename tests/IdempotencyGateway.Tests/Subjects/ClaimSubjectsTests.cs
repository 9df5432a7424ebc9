using System.Collections.Frozen;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Settlement;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Admin;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Tokens;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Subjects;

/// <summary>Subjects taken from a verified token's claims, for indexing and erasing records about a person.</summary>
public sealed class ClaimSubjectsTests : AdminTest
{
    [Fact]
    public async Task A_record_is_found_by_a_claim_of_its_callers_token()
    {
        var gateway = await StartOpenAsync(setup => Configure(setup, "claim:sub"));
        await SendAsync(gateway, "POST", "k", "user-1");
        await SendAsync(gateway, "POST", "k", "user-2");

        var erased = await PostAsync(gateway, "/subjects/erase", """{"subject":"user-1"}""");

        Assert.Equal((1, 1), (erased.Json.GetProperty("found").GetInt32(), erased.Json.GetProperty("erased").GetInt32()));
        (await SendAsync(gateway, "POST", "k", "user-1")).AssertProblem(GatewayProblem.Erased, "k");
        Assert.Equal(GuardedHeaders.FromRecord, (await SendAsync(gateway, "POST", "k", "user-2")).Source);
        Assert.Equal(2, Executions.Total);
    }

    [Theory]
    [InlineData("d")]
    [InlineData(null)]
    public async Task Whoever_deletes_the_account_of_its_token_has_its_records_erased(string? key)
    {
        await using var provider = await KestrelProvider.StartAsync(context =>
        {
            context.Response.StatusCode = HttpMethods.IsDelete(context.Request.Method) ? 204 : 201;
            return Task.CompletedTask;
        });
        var gateway = await StartBeforeAsync(provider.Address, setup =>
        {
            Configure(setup, "claim:sub");
            setup.Policy = setup.Policy with
            {
                Methods = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "POST", "DELETE"),
                Key = setup.Policy.Key with { Required = false },
                // Creations are answered with 201, so only the deletion, answered with 204, erases.
                Erase = new(setup.Policy.Subject, StatusSet.TryParse(["204"], out _)!),
            };
        });
        await SendAsync(gateway, "POST", "k", "user-1");
        await SendAsync(gateway, "POST", "k", "user-2");

        Assert.Equal(204, (await SendAsync(gateway, "DELETE", key, "user-1")).Status);

        (await SendAsync(gateway, "POST", "k", "user-1")).AssertProblem(GatewayProblem.Erased, "k");
        Assert.Equal(GuardedHeaders.FromRecord, (await SendAsync(gateway, "POST", "k", "user-2")).Source);
    }

    [Fact]
    public async Task A_claim_that_a_token_does_not_have_names_nobody()
    {
        var gateway = await StartOpenAsync(setup => Configure(setup, "claim:email"));
        await SendAsync(gateway, "POST", "k", "user-1");

        Assert.Equal(0, (await PostAsync(gateway, "/subjects/erase", """{"subject":"user-1"}""")).Json.GetProperty("found").GetInt32());
        Assert.Equal(GuardedHeaders.FromRecord, (await SendAsync(gateway, "POST", "k", "user-1")).Source);
    }

    private static void Configure(GatewaySetup setup, string claim)
    {
        Assert.True(SubjectSource.TryParse(claim, out var source));
        // The test tokens are valid on the manual clock's day only.
        setup.Clock = new ManualTimeProvider();
        setup.Policy = setup.Policy with
        {
            Caller = new() { Scope = CallerScopeKind.Jwt, Issuer = TestIssuer.Snapshot(), Headers = [] },
            Subject = [source],
        };
    }

    private static Task<Answer> SendAsync(GatewayUnderTest gateway, string method, string? key, string user)
    {
        var request = GatewayUnderTest.Post(key);
        request.Method = new(method);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {TestIssuer.Token(TestIssuer.Claims(user))}");
        return gateway.AskAsync(request);
    }
}
