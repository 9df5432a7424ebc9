using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Presets;

public sealed class DiditTests() : PresetTest("didit", "didit")
{
    private const string Key = "Idempotency-Key: \"8e03978e-40d5-43dd-bc93-6894a57f9324\"";
    private const string Credential = "x-api-key: K";
    private const string Json = "Content-Type: application/json";
    private const string Session = """{"workflow_id":"11111111-2222-3333-4444-555555555555","vendor_data":"user-123","callback":"https://example.com/verification/callback","callback_method":"both","metadata":{"account_id":"ABC123"},"language":"en"}""";
    private const string Created = """{"session_id":"11111111-2222-3333-4444-555555555555","session_number":43762,"session_token":"3FaJ9wLqX2Mz","url":"https://verify.didit.me/en/session/3FaJ9wLqX2Mz","vendor_data":"user-123","status":"Not Started"}""";

    [Fact]
    public async Task A_session_is_created_once_and_its_answer_repeated()
    {
        await BeginAsync(Step.AfterBody.Answer(201, Created, new Field("Content-Type", "application/json")));

        var first = await AskAsync("POST", "/v3/session/", Session, Key, Credential, Json);
        var retry = await AskAsync("POST", "/v3/session/", Session, Key, Credential, Json);

        Assert.Equal((201, "executed", 201, "replayed"), (first.Status, first.Source, retry.Status, retry.Source));
        Assert.Equal((Created, Created), (first.Text, retry.Text));
        var sent = Assert.Single(Provider.Deliveries);
        Assert.Equal(("/v3/session/", "K", Session), (sent.Target, sent.Headers["x-api-key"], BodyOf(0)));
    }

    [Fact]
    public async Task Without_a_key_no_session_is_created()
    {
        await BeginAsync(Step.AfterBody.Answer(201, Created));
        (await AskAsync("POST", "/v3/session/", Session, Credential, Json)).AssertProblem(GatewayProblem.KeyMissing, key: null);
        Assert.Empty(Provider.Deliveries);
    }

    [Fact]
    public async Task A_mistake_is_an_answer_and_a_bad_key_or_a_rate_limit_is_none()
    {
        await BeginAsync(
            Step.AfterBody.Answer(429, """{"detail":"Session creation rate limit exceeded."}""", new Field("Retry-After", "42")),
            Step.AfterBody.Answer(403, """{"detail":"You do not have permission to perform this action."}"""),
            Step.AfterBody.Answer(400, """{"workflow_id":["This field is required."]}"""));

        var limited = await AskAsync("POST", "/v3/session/", "{}", Key, Credential, Json);
        var forbidden = await AskAsync("POST", "/v3/session/", "{}", Key, Credential, Json);
        var wrong = await AskAsync("POST", "/v3/session/", "{}", Key, Credential, Json);
        var retry = await AskAsync("POST", "/v3/session/", "{}", Key, Credential, Json);

        Assert.Equal(("42", 403, 400, 400), (limited.Headers["Retry-After"], forbidden.Status, wrong.Status, retry.Status));
        Assert.Equal(("replayed", 3), (retry.Source, Provider.Deliveries.Count));
    }

    [Fact]
    public async Task An_upload_is_the_same_behind_another_boundary_and_one_key_serves_several_checks()
    {
        await BeginAsync(Step.AfterBody.Answer(200, """{"request_id":"r"}"""));

        var first = await AskAsync("POST", "/v3/face-match/", Multipart("b1", "user_image", "JPEG"), Key, Credential, "Content-Type: multipart/form-data; boundary=b1");
        var retry = await AskAsync("POST", "/v3/face-match/", Multipart("b2", "user_image", "JPEG"), Key, Credential, "Content-Type: multipart/form-data; boundary=b2");
        var next = await AskAsync("POST", "/v3/aml/", """{"full_name":"A B"}""", Key, Credential, Json);

        Assert.Equal(("executed", "replayed", "executed"), (first.Source, retry.Source, next.Source));
        Assert.Equal(2, Provider.Deliveries.Count);
    }

    [Fact]
    public async Task Decisions_are_read_anew_each_time_and_changes_need_no_key()
    {
        await BeginAsync(Step.AfterBody.Answer(200, "{}"));

        await AskAsync("GET", "/v3/session/s-1/decision/", null, Credential);
        var read = await AskAsync("GET", "/v3/session/s-1/decision/", null, Credential);
        var changed = await AskAsync("PATCH", "/v3/session/s-1/update-status/", """{"new_status":"Approved"}""", Credential, Json);
        var deleted = await AskAsync("DELETE", "/v3/session/s-1/delete/", null, Credential);

        Assert.Equal((null, "unguarded", "unguarded"), (read.Source, changed.Source, deleted.Source));
        Assert.Equal(4, Provider.Deliveries.Count);
    }
}
