using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Presets;

public sealed class AlloyTests() : PresetTest("alloy", "alloy")
{
    private const string Person = """{"name_first":"A","name_last":"B","birth_date":"1990-01-01"}""";
    private static readonly string[] Headers = ["Idempotency-Key: k", "Authorization: Basic dzpz", "Content-Type: application/json"];

    [Fact]
    public async Task A_person_is_evaluated_once_and_another_entity_is_another_request()
    {
        await BeginAsync(Step.AfterBody.Answer(201, """{"evaluation_token":"S-1"}"""));

        var first = await AskAsync("POST", "/v1/evaluations", Person, [.. Headers, "Alloy-External-Entity-ID: e-1"]);
        var retry = await AskAsync("POST", "/v1/evaluations", Person, [.. Headers, "Alloy-External-Entity-ID: e-1"]);
        var other = await AskAsync("POST", "/v1/evaluations", Person, [.. Headers, "Alloy-External-Entity-ID: e-2"]);
        var happened = await AskAsync("POST", "/v1/events", """{"event_type":"signup"}""", Headers);

        Assert.Equal(("executed", "replayed", "executed"), (first.Source, retry.Source, happened.Source));
        other.AssertProblem(GatewayProblem.KeyReused, "k");
        Assert.Equal(2, Provider.Deliveries.Count);
    }
}
