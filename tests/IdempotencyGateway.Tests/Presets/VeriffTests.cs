using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Presets;

public sealed class VeriffTests() : PresetTest("veriff", "veriff")
{
    private const string Session = """{ "verification": { "callback": "https://example.com", "vendorData": "u-1", "person": { "firstName": "A" } } }""";

    [Fact]
    public async Task A_session_is_created_once_though_each_attempt_is_signed_anew_and_the_body_goes_on_byte_for_byte()
    {
        await BeginAsync(Step.AfterBody.Answer(201, """{"status":"success","verification":{"id":"v-1"}}"""));

        var first = await AskAsync("POST", "/v1/sessions", Session, "Idempotency-Key: k", "X-AUTH-CLIENT: pub", "X-HMAC-SIGNATURE: one", "Content-Type: application/json");
        var retry = await AskAsync("POST", "/v1/sessions", Session, "Idempotency-Key: k", "X-AUTH-CLIENT: pub", "X-HMAC-SIGNATURE: two", "Content-Type: application/json");

        Assert.Equal(("executed", "replayed"), (first.Source, retry.Source));
        Assert.Equal((Session, "one"), (BodyOf(0), Assert.Single(Provider.Deliveries).Headers["X-HMAC-SIGNATURE"]));
    }

    [Fact]
    public async Task Integrations_do_not_share_keys_and_the_steps_of_a_session_may()
    {
        await BeginAsync(Step.AfterBody.Answer(201, "{}"));

        string[] sources =
        [
            (await AskAsync("POST", "/v1/sessions", Session, "Idempotency-Key: k", "X-AUTH-CLIENT: pub", "Content-Type: application/json")).Source!,
            (await AskAsync("POST", "/v1/sessions", Session, "Idempotency-Key: k", "X-AUTH-CLIENT: other", "Content-Type: application/json")).Source!,
            (await AskAsync("POST", "/v1/sessions/v-1/media", """{"image":{"content":"AA=="}}""", "Idempotency-Key: k", "X-AUTH-CLIENT: pub", "Content-Type: application/json")).Source!,
            (await AskAsync("PATCH", "/v1/sessions/v-1", """{"verification":{"status":"submitted"}}""", "Idempotency-Key: k", "X-AUTH-CLIENT: pub", "Content-Type: application/json")).Source!,
        ];

        Assert.All(sources, source => Assert.Equal("executed", source));
    }

    [Fact]
    public async Task An_image_as_large_as_Veriff_takes_them_goes_through_once()
    {
        await BeginAsync(Step.AfterBody.Answer(200, """{"status":"success","image":{"id":"i-1"}}"""));
        // 24 MB of base64, then the base64 of a 20 MB PDF.
        foreach (var length in (int[])[24_000_000, 20_000_000 / 3 * 4])
        {
            var image = $$$"""{"image":{"context":"document-front","content":"data:image/jpeg;base64,{{{new string('A', length)}}}"}}""";
            string[] headers = [$"Idempotency-Key: {length}", "X-AUTH-CLIENT: pub", "Content-Type: application/json"];

            var first = await AskAsync("POST", "/v1/sessions/v-1/media", image, headers);
            var retry = await AskAsync("POST", "/v1/sessions/v-1/media", image, headers);

            Assert.Equal((200, "executed", "replayed"), (first.Status, first.Source, retry.Source));
        }
        Assert.Equal(2, Provider.Deliveries.Count);
    }
}
