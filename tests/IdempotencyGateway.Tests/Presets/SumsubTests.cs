using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Presets;

public sealed class SumsubTests() : PresetTest("sumsub", "sumsub")
{
    private const string Path = "/resources/applicants?levelName=basic-kyc-level";
    private const string Applicant = """{"externalUserId":"u-1","email":"a@example.com"}""";

    [Fact]
    public async Task An_applicant_without_a_key_is_created_once_by_its_external_id()
    {
        await BeginAsync(Step.AfterBody.Answer(201, """{"id":"ap-1"}"""));

        var first = await AskAsync("POST", Path, Applicant, Signed("one"));
        var retry = await AskAsync("POST", Path, Applicant, Signed("two"));
        var other = await AskAsync("POST", Path, Applicant.Replace("u-1", "u-2", StringComparison.Ordinal), Signed("three"));

        Assert.Equal(("executed", "replayed", "executed"), (first.Source, retry.Source, other.Source));
        var sent = Provider.Deliveries[0];
        Assert.Equal((Path, Applicant, "one"), (sent.Target, BodyOf(0), sent.Headers["X-App-Access-Sig"]));
        Assert.False(sent.Headers.Has("Idempotency-Key"));
    }

    [Fact]
    public async Task An_upload_that_succeeded_is_not_told_to_be_a_conflict_when_it_is_repeated()
    {
        await BeginAsync(Step.AfterBody.Answer(200, """{"idDocType":"PASSPORT"}"""), Step.AfterBody.Answer(409, """{"code":1000}"""));

        var first = await UploadAsync("b1", "one");
        var retry = await UploadAsync("b2", "two");

        Assert.Equal((200, "executed", 200, "replayed"), (first.Status, first.Source, retry.Status, retry.Source));
        Assert.Single(Provider.Deliveries);

        Task<Answer> UploadAsync(string boundary, string signature) => AskAsync(
            "POST", "/resources/applicants/ap-1/info/idDoc", Multipart(boundary, "content", "JPEG"),
            "Idempotency-Key: up-1", "X-App-Token: t", $"X-App-Access-Sig: {signature}", $"Content-Type: multipart/form-data; boundary={boundary}");
    }

    private static string[] Signed(string signature) => ["X-App-Token: t", $"X-App-Access-Sig: {signature}", "X-App-Access-Ts: 1", "Content-Type: application/json"];
}
