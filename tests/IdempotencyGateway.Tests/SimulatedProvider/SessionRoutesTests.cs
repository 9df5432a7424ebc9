using System.Net;
using System.Text.Json;
using SimulatedProvider;

namespace IdempotencyGateway.Tests.SimulatedProvider;

public sealed class SessionRoutesTests : ProviderTest
{
    private const string Unknown = "/v3/session/11111111-2222-4333-8444-555555555555";

    protected override SimulatedProviderOptions Options => new() { Seed = 7, SessionsKept = 4 };

    [Fact]
    public async Task A_created_session_has_the_providers_shape_and_echoes_what_was_sent()
    {
        const string Body = """
            {"workflow_id":"w-\u00e9","vendor_data":"a \"quoted\" user","callback":"https://example.com/cb",
             "metadata":{"account":{"id":[1,2.50]}},"language":"en","callback_method":"both"}
            """;

        using var response = await Client.SendAsync(HttpMethod.Post, "/v3/session/", Body);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var session = document.RootElement;
        Assert.Equal(
            ["session_id", "session_number", "session_token", "url", "vendor_data", "metadata", "status", "workflow_id", "workflow_version", "callback"],
            session.EnumerateObject().Select(member => member.Name),
            StringComparer.Ordinal);
        Assert.Equal(1, session.GetProperty("session_number").GetInt64());
        Assert.Equal(12, session.GetProperty("session_token").GetString()!.Length);
        Assert.EndsWith($"/en/session/{session.GetProperty("session_token")}", session.GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.Equal("a \"quoted\" user", session.GetProperty("vendor_data").GetString());
        Assert.Equal("""{"account":{"id":[1,2.50]}}""", session.GetProperty("metadata").GetRawText());
        Assert.Equal("Not Started", session.GetProperty("status").GetString());
        Assert.Equal("w-é", session.GetProperty("workflow_id").GetString());
        Assert.Equal("https://example.com/cb", session.GetProperty("callback").GetString());
    }

    [Fact]
    public async Task What_the_client_left_out_is_null()
    {
        var session = await ProviderClient.ReadAsync(
            HttpStatusCode.Created, Client.SendAsync(HttpMethod.Post, "/v3/session", """{"workflow_id":"w"}"""));

        Assert.Equal(JsonValueKind.Null, session.GetProperty("vendor_data").ValueKind);
        Assert.Equal(JsonValueKind.Null, session.GetProperty("metadata").ValueKind);
        Assert.Equal(JsonValueKind.Null, session.GetProperty("callback").ValueKind);
    }

    [Fact]
    public async Task Session_numbers_count_up_and_ids_never_repeat()
    {
        var sessions = new List<JsonElement>();
        for (var i = 0; i < 20; i++)
            sessions.Add(await Client.CreateSessionAsync());

        Assert.Equal(Enumerable.Range(1, 20), sessions.Select(session => session.GetProperty("session_number").GetInt32()));
        Assert.Equal(20, sessions.Select(session => session.GetProperty("session_id").GetGuid()).Distinct().Count());
        Assert.Equal(20, sessions.Select(session => session.GetProperty("session_token").GetString()).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task One_seed_makes_the_same_sessions_again_and_another_seed_makes_others()
    {
        await using var twin = await SimulatedProviderHost.StartAsync(Options);
        await using var stranger = await SimulatedProviderHost.StartAsync(Options with { Seed = 8 });
        using var twinClient = new ProviderClient(twin.Address);
        using var strangerClient = new ProviderClient(stranger.Address);

        var mine = (await Client.CreateSessionAsync()).GetRawText();

        Assert.Equal(mine, (await twinClient.CreateSessionAsync()).GetRawText());
        Assert.NotEqual(mine, (await strangerClient.CreateSessionAsync()).GetRawText(), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("""{"workflow_id":""}""")]
    [InlineData("""{"workflow_id":null}""")]
    [InlineData("""{"workflow_id":["w"]}""")]
    public async Task A_session_without_a_workflow_is_refused(string body)
    {
        var text = await ProviderClient.ReadTextAsync(HttpStatusCode.BadRequest, Client.SendAsync(HttpMethod.Post, "/v3/session/", body));

        Assert.Equal("""{"workflow_id":["This field is required."]}""", text);
        Assert.Equal(0, Executions.Total);
    }

    [Theory]
    [InlineData("""{"workflow_id":"w" """)]
    [InlineData("""{"workflow_id":"w"} more""")]
    [InlineData("""["workflow_id"]""")]
    [InlineData("no json")]
    public async Task Broken_json_is_refused(string body)
    {
        var text = await ProviderClient.ReadTextAsync(HttpStatusCode.BadRequest, Client.SendAsync(HttpMethod.Post, "/v3/session/", body));

        Assert.Equal("""{"detail":"JSON parse error."}""", text);
        Assert.Equal(0, Executions.Total);
    }

    [Theory]
    [InlineData("")]
    [InlineData("bad")]
    public async Task A_bad_key_is_refused(string key)
    {
        var text = await ProviderClient.ReadTextAsync(
            HttpStatusCode.Forbidden,
            Client.SendAsync(HttpMethod.Post, "/v3/session/", ProviderClient.SessionBody, ("x-api-key", key)));

        Assert.Equal("""{"detail":"You do not have permission to perform this action."}""", text);
        Assert.Equal(0, Executions.Total);
    }

    [Fact]
    public async Task A_decision_shows_the_status_it_was_changed_to_and_is_no_execution()
    {
        var path = PathOf(await Client.CreateSessionAsync());

        var update = await ProviderClient.ReadAsync(
            HttpStatusCode.OK, Client.SendAsync(HttpMethod.Patch, path + "/update-status/", """{"new_status":"Approved"}"""));
        var decision = await ProviderClient.ReadAsync(HttpStatusCode.OK, Client.SendAsync(HttpMethod.Get, path + "/decision/"));

        Assert.Equal("Approved", decision.GetProperty("status").GetString());
        Assert.Equal("user-1", decision.GetProperty("vendor_data").GetString());
        Assert.Equal(decision.GetProperty("session_id").GetString(), update.GetProperty("session_id").GetString());
        Assert.Equal(2, Executions.Total);
        Assert.Equal(3, Executions.Deliveries);
    }

    [Theory]
    [InlineData("{}", "This field is required.")]
    [InlineData("""{"new_status":"Perfect"}""", "Must be Approved, Declined or Resubmitted.")]
    public async Task A_status_must_be_one_that_exists(string body, string complaint)
    {
        var path = PathOf(await Client.CreateSessionAsync());

        var refusal = await ProviderClient.ReadAsync(
            HttpStatusCode.BadRequest, Client.SendAsync(HttpMethod.Patch, path + "/update-status/", body));

        Assert.Equal(complaint, refusal.GetProperty("new_status")[0].GetString());
    }

    [Fact]
    public async Task A_session_can_be_deleted_once()
    {
        var path = PathOf(await Client.CreateSessionAsync());

        var deletes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Client.SendAsync(HttpMethod.Delete, path + "/delete/")));

        Assert.Single(deletes, response => response.StatusCode == HttpStatusCode.NoContent);
        Assert.Equal(7, deletes.Count(response => response.StatusCode == HttpStatusCode.NotFound));
        Assert.Equal(1, Executions.CountFor($"DELETE {path}/delete/"));
    }

    [Fact]
    public async Task Only_the_latest_sessions_are_kept()
    {
        var first = PathOf(await Client.CreateSessionAsync());
        for (var i = 0; i < Options.SessionsKept; i++)
            await Client.CreateSessionAsync();

        await ProviderClient.ReadAsync(HttpStatusCode.NotFound, Client.SendAsync(HttpMethod.Get, first + "/decision/"));
    }

    [Fact]
    public async Task A_ping_needs_neither_a_body_nor_a_session()
    {
        var ping = await ProviderClient.ReadAsync(HttpStatusCode.OK, Client.SendAsync(HttpMethod.Post, Unknown + "/ping/"));
        var next = await ProviderClient.ReadAsync(HttpStatusCode.OK, Client.SendAsync(HttpMethod.Post, Unknown + "/ping/", "{}"));

        Assert.Equal(1, ping.GetProperty("ping_number").GetInt32());
        Assert.Equal(2, next.GetProperty("ping_number").GetInt32());
    }

    [Theory]
    [InlineData("GET", Unknown + "/decision/")]
    [InlineData("PATCH", Unknown + "/update-status/")]
    [InlineData("DELETE", Unknown + "/delete/")]
    [InlineData("GET", "/v3/session/")]
    [InlineData("POST", "/v3/session/not-an-id/ping/")]
    [InlineData("POST", "/v3/sessions/")]
    [InlineData("POST", "/v2/session/")]
    [InlineData("GET", "/")]
    [InlineData("PUT", "/_simulators")]
    public async Task Everything_else_is_not_found(string method, string path)
    {
        var body = method == "PATCH" ? """{"new_status":"Approved"}""" : null;

        var text = await ProviderClient.ReadTextAsync(HttpStatusCode.NotFound, Client.SendAsync(new HttpMethod(method), path, body));

        Assert.Equal("""{"detail":"Not found."}""", text);
        Assert.Equal(0, Executions.Total);
        Assert.Equal(1, Executions.Deliveries);
    }

    private static string PathOf(JsonElement session) => $"/v3/session/{session.GetProperty("session_id")}";
}
