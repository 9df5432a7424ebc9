using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Presets;

public sealed class WebhooksTests() : PresetTest("webhooks", "webhooks")
{
    private const string Json = "Content-Type: application/json";

    [Fact]
    public async Task An_event_that_is_sent_again_with_a_new_signature_reaches_the_service_once()
    {
        await BeginAsync(Step.AfterBody.Answer(200, "ok"));

        var first = await AskAsync("POST", "/webhooks/didit", Event(1), Json, "X-Signature: one", "X-Timestamp: 1");
        var again = await AskAsync("POST", "/webhooks/didit", Event(2), Json, "X-Signature: two", "X-Timestamp: 2");

        Assert.Equal((200, "executed", 200, "replayed"), (first.Status, first.Source, again.Status, again.Source));
        Assert.Equal("one", Assert.Single(Provider.Deliveries).Headers["X-Signature"]);
    }

    [Fact]
    public async Task What_the_service_did_not_accept_comes_again()
    {
        await BeginAsync(Step.AfterBody.Answer(503), Step.AfterBody.Answer(401), Step.AfterBody.Answer(200));

        int[] statuses = [(await SendAsync()).Status, (await SendAsync()).Status, (await SendAsync()).Status, (await SendAsync()).Status];

        Assert.Equal([503, 401, 200, 200], statuses);
        Assert.Equal(3, Provider.Deliveries.Count);

        Task<Answer> SendAsync() => AskAsync("POST", "/webhooks/didit", Event(1), Json);
    }

    [Fact]
    public async Task Another_event_under_a_known_id_is_refused()
    {
        await BeginAsync(Step.AfterBody.Answer(200));
        await AskAsync("POST", "/webhooks/didit", Event(1), Json);

        Assert.Equal(GatewayProblem.KeyReused.Status, (await AskAsync("POST", "/webhooks/didit", Event(1).Replace("Approved", "Declined", StringComparison.Ordinal), Json)).Status);
    }

    [Fact]
    public async Task Stripes_count_of_deliveries_to_come_makes_no_difference()
    {
        await BeginAsync(Step.AfterBody.Answer(200));

        await AskAsync("POST", "/webhooks/stripe", """{"id":"evt_1","type":"identity.verification_session.verified","pending_webhooks":2}""", Json, "Stripe-Signature: t=1");
        var again = await AskAsync("POST", "/webhooks/stripe", """{"id":"evt_1","type":"identity.verification_session.verified","pending_webhooks":1}""", Json, "Stripe-Signature: t=2");

        Assert.Equal("replayed", again.Source);
    }

    private static string Event(int timestamp) => $$"""{"event_id":"e-1","timestamp":{{timestamp}},"session_id":"s-1","status":"Approved"}""";
}
