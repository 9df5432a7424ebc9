using IdempotencyGateway.Problems;

namespace IdempotencyGateway.Tests.Presets;

public sealed class PlaidTests() : PresetTest("plaid", "plaid")
{
    private const string Body = """{"client_id":"c-1","secret":"s-1","is_shareable":true,"template_id":"idvtmp_1","gave_consent":true,"client_user_id":"u-1"}""";
    private const string Json = "Content-Type: application/json";

    [Fact]
    public async Task A_verification_is_created_once_and_callers_are_told_apart_by_the_secret_in_the_body()
    {
        await BeginAsync(Testing.Step.AfterBody.Answer(200, """{"id":"idv_1"}"""));

        var first = await AskAsync("POST", "/identity_verification/create", Body, "Idempotency-Key: k", Json);
        var retry = await AskAsync("POST", "/identity_verification/create", Body, "Idempotency-Key: k", Json);
        var other = await AskAsync("POST", "/identity_verification/create", Body.Replace("s-1", "s-2", StringComparison.Ordinal), "Idempotency-Key: k", Json);
        var nobody = await AskAsync("POST", "/identity_verification/create", """{"template_id":"idvtmp_1"}""", "Idempotency-Key: k", Json);

        Assert.Equal(("executed", "replayed", "executed"), (first.Source, retry.Source, other.Source));
        nobody.AssertProblem(GatewayProblem.CallerUnknown, "k");
        Assert.Equal((2, Body), (Provider.Deliveries.Count, BodyOf(0)));
    }

    [Fact]
    public async Task Reading_by_post_is_not_guarded_and_nothing_of_a_secret_is_logged()
    {
        await BeginAsync(Testing.Step.AfterBody.Answer(200, "{}"));

        var read = await AskAsync("POST", "/identity_verification/get", Body, Json);
        await AskAsync("POST", "/identity_verification/retry", Body, "Idempotency-Key: k-secret", Json);

        Assert.Null(read.Source);
        Assert.DoesNotContain(Gateway.Log.Lines, line => line.Contains("s-1", StringComparison.Ordinal) || line.Contains("k-secret", StringComparison.Ordinal));
    }
}
