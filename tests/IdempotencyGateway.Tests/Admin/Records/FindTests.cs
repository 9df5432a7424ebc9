using System.Net;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Admin.Records;

/// <summary>An operator finds a client's record by what the client knows (its key, route and credential).</summary>
public sealed class FindTests : AdminTest
{
    [Fact]
    public async Task A_record_is_told_by_its_state_and_sizes()
    {
        var gateway = await StartOpenAsync();
        var first = await gateway.PostAsync("k");

        var record = (await GetAsync(gateway, $"/records/{gateway.StorageKeyOf("k").ToString().ToUpperInvariant()}")).Json;

        Assert.Equal(gateway.StorageKeyOf("k").ToString(), record.GetProperty("storageKey").GetString());
        Assert.Equal(("done", false), (record.GetProperty("state").GetString(), record.GetProperty("resolvable").GetBoolean()));
        Assert.Equal("provider/primary", record.GetProperty("destination").GetString());
        Assert.Equal(1, record.GetProperty("fence").GetInt64());
        var content = record.GetProperty("content");
        Assert.Equal(("answer", 201), (content.GetProperty("kind").GetString(), content.GetProperty("status").GetInt32()));
        Assert.Equal(first.Body.Length, content.GetProperty("bodyBytes").GetInt32());
    }

    [Theory]
    [InlineData("k", "caller-1", true)]
    [InlineData("\\\"k\\\"", "caller-1", true)]
    [InlineData("k", "caller-2", false)]
    [InlineData("other", "caller-1", false)]
    public async Task A_record_is_found_by_key_and_credentials(string key, string caller, bool found)
    {
        var gateway = await StartOpenAsync();
        await gateway.PostAsync("k");

        var answer = await FindAsync(gateway, $$$"""{"route":"guarded","key":"{{{key}}}","caller":{"headers":{"X-API-Key":"{{{caller}}}"} } }""");

        Assert.Equal(found ? 200 : 404, answer.Status);
        if (found)
            Assert.Equal(gateway.StorageKeyOf("k").ToString(), answer.Json.GetProperty("storageKey").GetString());
    }

    [Fact]
    public async Task A_record_is_found_by_key_and_the_caller_name_that_a_trusted_peer_sent()
    {
        var gateway = await StartOpenAsync(setup =>
        {
            setup.Policy = setup.Policy with { Caller = new() { Scope = CallerScopeKind.Header, Headers = ["x-caller"] } };
            setup.Adjust = snapshot => snapshot with { TrustedPeers = [new IPNetwork(IPAddress.Loopback, 32)] };
        });
        var request = GatewayUnderTest.Post("k");
        request.Headers.Add("x-caller", "tenant-7");
        await gateway.AskAsync(request);

        Assert.Equal(200, (await FindAsync(gateway, """{"route":"guarded","key":"k","caller":{"name":"tenant-7"}}""")).Status);
        Assert.Equal(404, (await FindAsync(gateway, """{"route":"guarded","key":"k","caller":{"name":"tenant-8"}}""")).Status);
        AssertRefused(await FindAsync(gateway, """{"route":"guarded","key":"k"}"""), 422, "not-answerable");
    }

    [Theory]
    [InlineData("""{"method":"post","path":"/guarded/session/"}""", 200)]
    [InlineData("""{"method":"POST","path":"guarded/session%2d1/"}""", 404)]
    [InlineData("""{"method":"PATCH","path":"/guarded/session/"}""", 404)]
    [InlineData("null", 422)]
    public async Task A_record_is_found_by_key_and_operation_if_keys_are_per_operation(string operation, int status)
    {
        var gateway = await StartOpenAsync(setup => setup.Policy = setup.Policy with { Key = new() { Per = KeyPer.Operation } });
        await gateway.PostAsync("k");

        var answer = await FindAsync(
            gateway, $$$"""{"route":"guarded","key":"k","caller":{"headers":{"x-api-key":["caller-1"]}},"operation":{{{operation}}}}""");

        Assert.True(answer.Status == status, answer.Text);
    }

    [Theory]
    [InlineData("""{"route":"open","key":"k"}""")]
    [InlineData("""{"route":"guarded","key":""}""")]
    [InlineData("""{"route":"guarded","key":"k"}""")]
    public async Task What_names_no_record_is_told_why(string json) =>
        AssertRefused(await FindAsync(await StartOpenAsync(), json), 422, "not-answerable");

    [Theory]
    [InlineData("""{"route":"guarded","from":{"json:/workflow_id":"w-1"},"caller":{"headers":{"x-api-key":"caller-1"}}}""", 200)]
    [InlineData("""{"route":"guarded","from":{"json:/workflow_id":"w-2"},"caller":{"headers":{"x-api-key":"caller-1"}}}""", 404)]
    [InlineData("""{"route":"guarded","from":{"json:/other":"w-1"},"caller":{"headers":{"x-api-key":"caller-1"}}}""", 422)]
    [InlineData("""{"route":"guarded","key":"k","from":{"json:/workflow_id":"w-1"},"caller":{"headers":{"x-api-key":"caller-1"}}}""", 422)]
    public async Task A_record_is_found_by_the_values_from_which_its_key_was_derived(string json, int status)
    {
        Assert.True(KeySource.TryParse("json:/workflow_id", out var source));
        var gateway = await StartOpenAsync(setup => setup.Policy = setup.Policy with { Key = new() { From = [source] } });
        using var request = GatewayUnderTest.Post(key: null);
        Assert.Equal(201, (await gateway.AskAsync(request)).Status);

        var answer = await FindAsync(gateway, json);

        Assert.True(answer.Status == status, answer.Text);
    }

    [Theory]
    [InlineData("""{"route":"guarded","key":"k","caller":{"headers":{"x-api-key":null}}}""")]
    [InlineData("""{"route":"guarded","key":"k","caller":{"headers":{"x-api-key":[null]}}}""")]
    public async Task A_null_in_the_question_is_refused(string json)
    {
        var gateway = await StartOpenAsync();

        AssertRefused(await FindAsync(gateway, json), 400, "not-readable");
    }

    [Fact]
    public async Task If_the_body_is_part_of_the_key_a_question_by_key_alone_is_refused()
    {
        var gateway = await StartOpenAsync(setup => setup.Policy = setup.Policy with { Fingerprint = new() { OnMismatch = OnMismatch.Separate } });

        AssertRefused(await FindAsync(gateway, """{"route":"guarded","key":"k","caller":{"headers":{"x-api-key":"caller-1"}}}"""), 422, "not-answerable");
    }

    [Fact]
    public async Task A_question_that_is_not_JSON_gives_a_415()
    {
        var gateway = await StartOpenAsync();

        var answer = await AskAsync(gateway, HttpMethod.Post, "/records/find", "{}", adjust: request => request.Content!.Headers.ContentType = new("text/plain"));

        AssertRefused(answer, 415, "not-json");
    }

    [Fact]
    public async Task A_body_of_any_size_is_not_taken()
    {
        var gateway = await StartOpenAsync();

        var answer = await RawClient.Exchange(
            gateway.AdminAddress!,
            "POST /records/find HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5000000\r\nConnection: close\r\n\r\n");

        AssertRefused(Answer.From(answer!), 413, "too-large");
    }

    private static Task<Answer> FindAsync(GatewayUnderTest gateway, string json) => PostAsync(gateway, "/records/find", json);
}
