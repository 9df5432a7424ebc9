using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Presets;

public sealed class StripeIdentityTests() : PresetTest("stripe-identity", "stripe")
{
    private const string Path = "/v1/identity/verification_sessions";
    private const string Body = "type=document&metadata[user_id]=u1&options[document][require_matching_selfie]=true";
    private const string Created = """{"id":"vs_1Pgc76B7WZ01zgkWBdQi8PTU","object":"identity.verification_session","status":"requires_input"}""";
    private static readonly string[] Headers =
        ["idempotency-key: stripe-node-retry-36627b17-0000", "Authorization: Bearer sk_test", "Content-Type: application/x-www-form-urlencoded", "Stripe-Version: 2026-01-01"];

    [Fact]
    public async Task A_session_is_created_once_whichever_way_the_form_is_spelled()
    {
        await BeginAsync(Step.AfterBody.Answer(200, Created));

        var first = await AskAsync("POST", Path, Body, Headers);
        var retry = await AskAsync("POST", Path, Body.Replace("[", "%5B", StringComparison.Ordinal).Replace("]", "%5D", StringComparison.Ordinal), Headers);

        Assert.Equal(("executed", "replayed", Created), (first.Source, retry.Source, retry.Text));
        Assert.Equal("stripe-node-retry-36627b17-0000", Assert.Single(Provider.Deliveries).Headers["Idempotency-Key"]);
    }

    [Fact]
    public async Task A_lost_answer_is_asked_for_again_with_the_same_key()
    {
        await BeginAsync(Step.AfterBody.Reset(), Step.AfterBody.Answer(200, Created));

        var lost = await AskAsync("POST", Path, Body, Headers);
        var again = await AskAsync("POST", Path, Body, Headers);

        lost.AssertProblem(GatewayProblem.OutcomeUnknown, "stripe-node-retry-36627b17-0000", status: 502, retryable: true);
        Assert.Equal((200, "executed"), (again.Status, again.Source));
        Assert.Single(Provider.Deliveries.Select(d => d.Headers["Idempotency-Key"]).Distinct());
    }

    [Fact]
    public async Task Another_version_is_another_request_and_told_with_stripes_own_status()
    {
        await BeginAsync(Step.AfterBody.Answer(200, Created));
        await AskAsync("POST", Path, Body, Headers);

        var other = await AskAsync("POST", Path, Body, [.. Headers[..3], "Stripe-Version: 2020-08-27"]);

        other.AssertProblem(GatewayProblem.KeyReused, "stripe-node-retry-36627b17-0000", status: 400);
    }

    [Fact]
    public async Task An_error_of_stripes_own_is_the_keys_answer()
    {
        await BeginAsync(Step.AfterBody.Answer(500, "{}"));
        await AskAsync("POST", Path + "/vs_1/cancel", "", Headers);
        Assert.Equal((500, "replayed"), await AskAsync("POST", Path + "/vs_1/cancel", "", Headers) is var retry ? (retry.Status, retry.Source) : default);
    }
}
