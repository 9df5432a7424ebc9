using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Presets;

public sealed class OnfidoTests() : PresetTest("onfido", "onfido")
{
    private static readonly string[] Headers = ["Idempotency-Key: k-1", "Authorization: Token token=api_live.X"];

    [Fact]
    public async Task An_applicant_is_created_once()
    {
        await BeginAsync(Step.AfterBody.Answer(201, """{"id":"a-1"}"""));

        var first = await AskAsync("POST", "/v3.6/applicants", """{"first_name":"A","last_name":"B"}""", [.. Headers, "Content-Type: application/json"]);
        var retry = await AskAsync("POST", "/v3.6/applicants", """{"last_name":"B","first_name":"A"}""", [.. Headers, "Content-Type: application/json"]);

        Assert.Equal(("executed", "replayed", 1), (first.Source, retry.Source, Provider.Deliveries.Count));
    }

    [Fact]
    public async Task A_document_that_the_sdk_sends_again_behind_another_boundary_is_uploaded_once()
    {
        await BeginAsync(Step.AfterBody.Answer(201, """{"id":"d-1"}"""));

        var first = await UploadAsync("----one", "JPEG");
        var retry = await UploadAsync("----two", "JPEG");
        var other = await UploadAsync("----two", "JPEH");

        Assert.Equal(("executed", "replayed"), (first.Source, retry.Source));
        other.AssertProblem(GatewayProblem.KeyReused, "k-1");
        Assert.Single(Provider.Deliveries);

        Task<Answer> UploadAsync(string boundary, string image) =>
            AskAsync("POST", "/v3.6/documents", Multipart(boundary, "file", image), [.. Headers, $"Content-Type: multipart/form-data; boundary={boundary}"]);
    }

    [Fact]
    public async Task A_run_whose_answer_was_lost_is_not_run_again()
    {
        await BeginAsync(Step.AfterBody.Close());

        var lost = await AskAsync("POST", "/v3.6/workflow_runs", """{"workflow_id":"w","applicant_id":"a-1"}""", [.. Headers, "Content-Type: application/json"]);
        var retry = await AskAsync("POST", "/v3.6/workflow_runs", """{"workflow_id":"w","applicant_id":"a-1"}""", [.. Headers, "Content-Type: application/json"]);

        lost.AssertProblem(GatewayProblem.OutcomeUnknown, "k-1", status: 502);
        retry.AssertProblem(GatewayProblem.OutcomeUnknown, "k-1", status: 409);
        Assert.Single(Provider.Deliveries);
    }
}
