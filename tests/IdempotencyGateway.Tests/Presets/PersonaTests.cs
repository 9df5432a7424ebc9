using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Presets;

public sealed class PersonaTests() : PresetTest("persona", "persona")
{
    private const string Inquiry = """{"data":{"attributes":{"inquiry-template-id":"itmpl_X","reference-id":"usr_ABC123","fields":{"name-first":"Alexander","name-last":"Sample","birthdate":"1977-08-31"}}}}""";
    private static readonly string[] Headers =
        ["Idempotency-Key: kyb-create-biz_123", "Authorization: Bearer persona_k", "Persona-Version: 2025-12-08", "Content-Type: application/json"];

    [Fact]
    public async Task An_inquiry_is_created_once_and_the_shape_of_the_answer_is_part_of_the_request()
    {
        await BeginAsync(Step.AfterBody.Answer(201, """{"data":{"type":"inquiry","id":"inq_1","attributes":{"status":"created"}}}"""));

        var first = await AskAsync("POST", "/api/v1/inquiries", Inquiry, [.. Headers, "Key-Inflection: kebab"]);
        var retry = await AskAsync("POST", "/api/v1/inquiries", Inquiry, [.. Headers, "Key-Inflection: kebab"]);
        var camel = await AskAsync("POST", "/api/v1/inquiries", Inquiry, [.. Headers, "Key-Inflection: camel"]);

        Assert.Equal(("executed", "replayed"), (first.Source, retry.Source));
        camel.AssertProblem(GatewayProblem.KeyReused, "kyb-create-biz_123");
        Assert.Equal(("kyb-create-biz_123", Inquiry), (Assert.Single(Provider.Deliveries).Headers["Idempotency-Key"], BodyOf(0)));
    }

    [Fact]
    public async Task An_error_is_repeated_as_persona_itself_does_and_reading_is_not_guarded()
    {
        await BeginAsync(Step.AfterBody.Answer(500, "{}"), Step.AfterBody.Answer(200, "{}"));

        await AskAsync("POST", "/api/v1/reports", "{}", Headers);
        var retry = await AskAsync("POST", "/api/v1/reports", "{}", Headers);
        var read = await AskAsync("GET", "/api/v1/inquiries/inq_1", null, "Authorization: Bearer persona_k");

        Assert.Equal((500, "replayed", 200, null), (retry.Status, retry.Source, read.Status, read.Source));
    }
}
