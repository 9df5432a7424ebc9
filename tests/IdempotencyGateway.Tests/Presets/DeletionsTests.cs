using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Presets;

/// <summary>When a provider deletes or redacts a person, the gateway erases its records about that person, and no others.</summary>
public static class DeletionsTests
{
    public sealed class Didit() : Deletions("didit", "didit")
    {
        [Fact]
        public Task Deleting_a_session_erases_its_records() => AssertErasesAsync(
            ("/v3/session/", """{"workflow_id":"w","vendor_data":"u1"}"""), id => $$"""{"session_id":"{{id}}"}""", ("DELETE", id => $"/v3/session/{id}/delete/"));
    }

    public sealed class Stripe() : Deletions("stripe-identity", "stripe")
    {
        [Fact]
        public Task Redacting_a_session_erases_its_records() => AssertErasesAsync(
            ("/v1/identity/verification_sessions", "type=document"), id => $$"""{"id":"{{id}}"}""", ("POST", id => $"/v1/identity/verification_sessions/{id}/redact"));
    }

    public sealed class Persona() : Deletions("persona", "persona")
    {
        [Fact]
        public Task Redacting_an_inquiry_erases_its_records() => AssertErasesAsync(
            ("/api/v1/inquiries", "{}"), id => $$$"""{"data":{"id":"{{{id}}}"}}""", ("DELETE", id => $"/api/v1/inquiries/{id}"));

        [Fact]
        public Task Redacting_an_account_erases_the_records_of_its_inquiries() => AssertErasesAsync(
            ("/api/v1/inquiries", "{}"), id => $$$$"""{"data":{"relationships":{"account":{"data":{"id":"{{{{id}}}}"}}},"id":"inq_1"}}""", ("DELETE", id => $"/api/v1/accounts/{id}"));

        [Fact]
        public Task Redacting_an_inquiry_erases_the_records_of_its_sessions() => AssertErasesAsync(
            ("/api/v1/inquiry-sessions", "{}"), id => $$$$"""{"data":{"relationships":{"inquiry":{"data":{"id":"{{{{id}}}}"}}},"id":"iqse_1"}}""", ("DELETE", id => $"/api/v1/inquiries/{id}"));
    }

    public sealed class Onfido() : Deletions("onfido", "onfido")
    {
        [Fact]
        public Task Deleting_an_applicant_erases_its_records() => AssertErasesAsync(
            ("/v3.6/applicants", """{"first_name":"A"}"""), id => $$"""{"id":"{{id}}"}""", ("DELETE", id => $"/v3.6/applicants/{id}"));
    }

    public sealed class Veriff() : Deletions("veriff", "veriff")
    {
        [Fact]
        public Task Deleting_a_session_erases_its_records() => AssertErasesAsync(
            ("/v1/sessions", "{}"), id => $$$"""{"verification":{"id":"{{{id}}}"}}""", ("DELETE", id => $"/v1/sessions/{id}"));

        [Fact]
        public async Task Deleting_a_session_erases_the_records_of_its_uploads()
        {
            await BeginAsync(Step.AfterBody.Answer(200, """{"status":"success"}"""));
            await UploadAsync("one");
            await UploadAsync("two");

            var deleted = await AskAsync("DELETE", "/v1/sessions/one", null, Credentials);

            Assert.Equal(200, deleted.Status);
            (await UploadAsync("one")).AssertProblem(GatewayProblem.Erased, "key-one");
            Assert.Equal("replayed", (await UploadAsync("two")).Source);
            Assert.Equal(3, Provider.Deliveries.Count);

            Task<Answer> UploadAsync(string session) => AskAsync(
                "POST", $"/v1/sessions/{session}/media", """{"image":{"content":"AA=="}}""", [.. Credentials, $"Idempotency-Key: key-{session}", "Content-Type: application/json"]);
        }
    }

    public abstract class Deletions(string preset, string cluster) : PresetTest(preset, cluster)
    {
        /// <param name="create">The path and body of the request that creates a person.</param>
        /// <param name="answer">The provider's answer for a new person's id.</param>
        private protected async Task AssertErasesAsync((string Path, string Body) create, Func<string, string> answer, (string Method, Func<string, string> Path) delete)
        {
            await BeginAsync(Step.AfterBody.Answer(201, answer("one")), Step.AfterBody.Answer(201, answer("two")), Step.AfterBody.Answer(200, "{}"));
            await CreateAsync("key-1");
            await CreateAsync("key-2");

            var deleted = await AskAsync(delete.Method, delete.Path("one"), delete.Method == "POST" ? "" : null, Credentials);

            Assert.Equal(200, deleted.Status);
            (await CreateAsync("key-1")).AssertProblem(GatewayProblem.Erased, "key-1");
            Assert.Equal(("replayed", answer("two")), ((await CreateAsync("key-2")).Source, (await CreateAsync("key-2")).Text));
            Assert.Equal(3, Provider.Deliveries.Count);

            Task<Answer> CreateAsync(string key) => AskAsync("POST", create.Path, create.Body, [.. Credentials, $"Idempotency-Key: {key}", "Content-Type: application/json"]);
        }

        private protected static string[] Credentials => ["Authorization: Bearer k", "x-api-key: k", "X-AUTH-CLIENT: c"];
    }
}
