using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Bodies;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Tests.Configuration;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Intake;

/// <summary>Routes that refuse requests without a consent in them.</summary>
public sealed class ConsentTests : ExchangeTest
{
    private const string Id = "consent-of-jane-doe";

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"consent":{"id":""}}""")]
    [InlineData("""{"consent":{"id":{"a":1}}}""")]
    [InlineData("not json")]
    public async Task A_request_without_a_consent_is_neither_claimed_nor_sent(string body)
    {
        var gateway = await StartAsync();

        var answer = await gateway.PostAsync("k", body, "/guarded/echo");

        answer.AssertProblem(GatewayProblem.ConsentMissing, "k");
        Assert.Null(await gateway.FindAsync("k"));
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task A_consent_header_sent_twice_counts_as_missing()
    {
        var gateway = await StartAsync();
        var request = RawClient.Request(
            "POST", "/guarded/echo", "{}", new Field("x-api-key", "c"), new Field("Idempotency-Key", "k"), new Field("x-consent-id", "a"), new Field("x-consent-id", "b"));

        (await gateway.AskRawAsync(request)).AssertProblem(GatewayProblem.ConsentMissing, "k");
    }

    [Fact]
    public async Task A_request_with_a_consent_in_any_configured_place_is_sent_and_the_log_has_the_consents_hash()
    {
        var gateway = await StartAsync();
        using var request = GatewayUnderTest.Post("a", path: "/guarded/echo");
        request.Headers.Add("x-consent-id", Id);

        var byHeader = await gateway.AskAsync(request);
        var byBody = await gateway.PostAsync("b", $$$"""{"consent":{"id":"{{{Id}}}"}}""", "/guarded/echo");
        await gateway.StopAsync();

        Assert.Equal(("executed", "executed"), (byHeader.Source, byBody.Source));
        var told = $"relies on consent {ConsentDigest.Of(gateway.Secret, Id)}";
        Assert.Equal(2, gateway.Log.Lines.Count(line => line.Contains($"[{EventIds.ConsentNamed}]", StringComparison.Ordinal) && line.Contains(told, StringComparison.Ordinal)));
        Assert.All(gateway.Log.Lines, line => Assert.DoesNotContain(Id, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_replay_needs_a_consent_too()
    {
        var gateway = await StartAsync();
        using (var request = GatewayUnderTest.Post("k", path: "/guarded/echo"))
        {
            request.Headers.Add("x-consent-id", Id);
            Assert.Equal("executed", (await gateway.AskAsync(request)).Source);
        }

        (await gateway.PostAsync("k", path: "/guarded/echo")).AssertProblem(GatewayProblem.ConsentMissing, "k");
    }

    [Fact]
    public void A_required_consent_is_refused_on_a_route_with_optional_keys()
    {
        const string P = "Idempotency:Policies:create";
        Assert.StartsWith(
            $"{P}:Consent ",
            Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal($"{P}:Consent:From:0=header:x-consent-id", $"{P}:Key:Required=false"))),
            StringComparison.Ordinal);
        Assert.Equal(
            ["header:x-consent-id", "json:/consent/id"],
            GatewayFile.LoadValid($"{P}:Consent:From:0=header:X-Consent-Id", $"{P}:Consent:From:1=json:/consent/id").Policies["create"].ConsentFrom.Select(source => source.ToString()));
    }

    private Task<GatewayUnderTest> StartAsync()
    {
        Assert.True(JsonPointer.TryParse("/consent/id", out var pointer));
        return StartAsync(policy => policy with { ConsentFrom = [new ValueSource.Header("x-consent-id"), new ValueSource.Json(pointer)] });
    }
}
