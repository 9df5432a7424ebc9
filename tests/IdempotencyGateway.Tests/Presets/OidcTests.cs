using IdempotencyGateway.Configuration;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Presets;

public sealed class OidcTests() : PresetTest("oidc", "oidc")
{
    private const string Form = "Content-Type: application/x-www-form-urlencoded";
    private const string Tokens = """{"access_token":"at-1","refresh_token":"rt-2","token_type":"DPoP","expires_in":300}""";
    private static readonly Step Granted = Step.AfterBody.Answer(200, Tokens, new Field("Cache-Control", "no-store"), new Field("Pragma", "no-cache"));

    [Fact]
    public async Task A_lost_token_answer_is_there_for_the_retry_though_its_proofs_are_new()
    {
        await BeginAsync(Granted, Step.AfterBody.Answer(400, """{"error":"invalid_grant"}"""));

        var first = await RefreshAsync("rt-1", "c-1", "assertion-1", "proof-1");
        var retry = await RefreshAsync("rt-1", "c-1", "assertion-2", "proof-2");

        Assert.Equal((Tokens, Tokens, "replayed"), (first.Text, retry.Text, retry.Source));
        Assert.Equal(("no-store", "no-store"), (first.Headers["Cache-Control"], retry.Headers["Cache-Control"]));
        Assert.False(Assert.Single(Provider.Deliveries).Headers.Has("Idempotency-Key"));
        Assert.Contains("client_assertion=assertion-1", BodyOf(0), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_client_with_the_same_grant_gets_what_the_server_says_to_it()
    {
        await BeginAsync(Granted, Step.AfterBody.Answer(400, """{"error":"invalid_grant"}"""));

        await RefreshAsync("rt-1", "c-1", "a", "p");
        var thief = await RefreshAsync("rt-1", "c-2", "a", "p");

        Assert.Equal((400, 2), (thief.Status, Provider.Deliveries.Count));
    }

    [Fact]
    public async Task A_client_that_authenticates_in_the_head_is_told_from_others_there()
    {
        await BeginAsync(Granted);

        var first = await AskAsync("POST", "/oauth/token", "grant_type=authorization_code&code=c&code_verifier=v", Form, "Authorization: Basic YTpi");
        var retry = await AskAsync("POST", "/oauth/token", "grant_type=authorization_code&code=c&code_verifier=v", Form, "Authorization: Basic YTpi");
        var other = await AskAsync("POST", "/oauth/token", "grant_type=authorization_code&code=c&code_verifier=v", Form, "Authorization: Basic YTpj");
        var guess = await AskAsync("POST", "/oauth/token", "grant_type=authorization_code&code=c&code_verifier=guess", Form, "Authorization: Basic YTpi");

        Assert.Equal(("executed", "replayed", "executed", GatewayProblem.KeyReused.Status), (first.Source, retry.Source, other.Source, guess.Status));
        Assert.Equal(2, Provider.Deliveries.Count);
    }

    [Fact]
    public async Task A_refusal_does_not_use_up_the_grant()
    {
        await BeginAsync(Step.AfterBody.Answer(401, """{"error":"invalid_client"}"""), Granted);

        Assert.Equal(401, (await RefreshAsync("rt-1", "c-1", "stale", "p")).Status);
        Assert.Equal((200, "executed"), await RefreshAsync("rt-1", "c-1", "fresh", "p") is var answer ? (answer.Status, answer.Source) : default);
    }

    [Fact]
    public async Task Polling_for_a_device_and_grants_without_a_code_pass_through_whole()
    {
        await BeginAsync(Step.AfterBody.Answer(400, """{"error":"authorization_pending"}"""), Granted);
        const string Poll = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=d&client_id=c-1";

        var pending = await AskAsync("POST", "/token", Poll, Form);
        var granted = await AskAsync("POST", "/token", Poll, Form);

        Assert.Equal((400, 200, "unguarded"), (pending.Status, granted.Status, granted.Source));
        Assert.Equal((Poll, Poll), (BodyOf(0), BodyOf(1)));
    }

    [Fact]
    public async Task Tokens_are_kept_for_no_longer_than_half_a_minute()
    {
        await BeginAsync(Granted);
        Assert.All(Gateway.Get<SnapshotSource>().Current.Policies.Values, policy => Assert.True(policy.Retention <= TimeSpan.FromSeconds(30)));
    }

    private Task<Answer> RefreshAsync(string token, string client, string assertion, string proof) => AskAsync(
        "POST", "/realms/main/protocol/openid-connect/token",
        $"grant_type=refresh_token&refresh_token={token}&client_id={client}"
        + $"&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion={assertion}",
        Form, $"DPoP: {proof}");
}
