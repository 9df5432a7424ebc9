using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.HouseRules;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Presets;

/// <summary>The fraud profiles of the presets: which identities they count, and that they change nothing else.</summary>
public sealed class FraudProfilesTests
{
    private const string Json = "application/json";
    private static readonly string Folder = Path.Combine(Repository.Root, "config", "presets");

    /// <summary>A typical client call for each preset, with a credential, about the person "anna".</summary>
    private static readonly Call[] Calls =
    [
        new("didit", "didit", "/v3/session/", ["x-api-key: k"], """{"workflow_id":"w","vendor_data":"anna"}"""),
        new("sumsub", "sumsub", "/resources/applicants", ["x-app-token: t", "x-app-access-sig: s"], """{"externalUserId":"anna"}"""),
        new("veriff", "veriff", "/v1/sessions", ["x-auth-client: c", "x-hmac-signature: s"], """{"verification":{"vendorData":"anna"}}"""),
        new("persona", "persona", "/api/v1/inquiries", ["authorization: Bearer b"], """{"data":{"attributes":{"reference-id":"anna"}}}"""),
        new("stripe-identity", "stripe", "/v1/identity/verification_sessions", ["authorization: Bearer b"], "type=document&metadata[user_id]=anna", "application/x-www-form-urlencoded"),
        new("onfido", "onfido", "/v3.6/workflow_runs", ["authorization: Token token=t"], """{"workflow_id":"w","applicant_id":"anna"}"""),
        new("plaid", "plaid", "/identity_verification/create", [], """{"client_id":"c","secret":"s","client_user_id":"anna"}"""),
        new("alloy", "alloy", "/v1/evaluations", ["authorization: Basic b", "alloy-external-entity-id: anna"], "{}"),
    ];

    public static TheoryData<string> Presets => [.. Calls.Select(call => call.Preset)];

    [Fact]
    public void Every_preset_with_a_profile_is_shown_here()
    {
        var scoring = Directory.EnumerateFiles(Folder, "*.json").Where(file => File.ReadAllText(file).Contains("FraudSignals", StringComparison.Ordinal)).Select(Path.GetFileNameWithoutExtension);

        Assert.Equal(scoring.Order(StringComparer.Ordinal), Calls.Select(call => call.Preset).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public async Task As_it_is_shipped_nothing_of_it_reaches_the_provider(string preset)
    {
        var call = Assert.Single(Calls, call => call.Preset == preset);

        var delivery = Assert.Single(await DeliveredAsync(call, settings: [], "anna"));

        Assert.DoesNotContain("risk-", Encoding.ASCII.GetString(delivery.Head.Bytes), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(call.Body, Encoding.UTF8.GetString(delivery.Body.Content));
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public async Task Switched_on_it_counts_by_caller_and_person_in_headers_alone(string preset)
    {
        var call = Assert.Single(Calls, call => call.Preset == preset);

        var deliveries = await DeliveredAsync(call, [$"Fraud:Profiles:{call.Profile}:DryRun=false"], "anna", "anna", "ben");

        Assert.Equal(["vel.subject.3600=1", "vel.subject.3600=2", "vel.subject.3600=1"], deliveries.Select(delivery => Member(delivery, "vel.subject.3600")));
        Assert.Equal(["vel.cred.60=1", "vel.cred.60=2", "vel.cred.60=3"], deliveries.Select(delivery => Member(delivery, "vel.cred.60")));
        Assert.StartsWith("0;level=low;", Assert.Single(deliveries[0].Headers.Values("Risk-Score")), StringComparison.Ordinal);
        Assert.Equal(call.Body, Encoding.UTF8.GetString(deliveries[0].Body.Content));
    }

    private static async Task<IReadOnlyList<Delivery>> DeliveredAsync(Call call, string[] settings, params string[] people)
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Answer(200, "{}"));
        await using var gateway = await GatewayUnderTest.StartFromAsync(
            Path.Combine(Folder, call.Preset + ".json"), [$"ReverseProxy:Clusters:{call.Profile}:Destinations:primary:Address={provider.Address}", .. settings]);
        for (var at = 0; at < people.Length; at++)
        {
            using var request = call.About(people[at]);
            request.Headers.Add("Idempotency-Key", $"key-{at}");
            Assert.Equal("executed", (await gateway.AskAsync(request)).Source);
        }
        return [.. provider.Deliveries];
    }

    private static string? Member(Delivery delivery, string name) =>
        Assert.Single(delivery.Headers.Values("Risk-Signals")).Split(", ").SingleOrDefault(member => member.StartsWith(name + "=", StringComparison.Ordinal));

    /// <param name="Profile">The profile's name, which is also the cluster's.</param>
    private sealed record Call(string Preset, string Profile, string Path, string[] Headers, string Body, string ContentType = Json)
    {
        public HttpRequestMessage About(string person)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body.Replace("anna", person, StringComparison.Ordinal))) };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
            foreach (var header in Headers)
                request.Headers.TryAddWithoutValidation(header.Split(": ")[0], header.Split(": ")[1].Replace("anna", person, StringComparison.Ordinal));
            return request;
        }
    }
}
