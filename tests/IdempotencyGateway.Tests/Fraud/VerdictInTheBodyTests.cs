using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Bodies;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Fraud;

/// <summary>Verdicts that are inserted into the request's body: the body is re-framed, and a client cannot forge a verdict there.</summary>
public sealed class VerdictInTheBodyTests : FraudTest
{
    private FraudProfile InBody => Profile(List()) with { InBody = Assert.IsType<JsonPointer>(JsonPointer.TryParse("/metadata/risk", out var place) ? place : null) };

    [Fact]
    public async Task It_is_put_at_its_place_with_a_length_that_fits_and_the_client_s_bytes_make_the_fingerprint()
    {
        var gateway = await StartAsync(InBody);
        const string Body = """{"workflow_id":"w-1","metadata":{"account":7,"risk":"forged"}}""";

        await gateway.AskAsync(From(Listed, "k", Body));
        var replay = await gateway.AskAsync(From(Listed, "k", Body));

        var seen = Assert.Single(Arrived.All);
        var risk = JsonDocument.Parse(seen.Body).RootElement.GetProperty("metadata").GetProperty("risk");
        Assert.Equal(40, risk.GetProperty("score").GetInt32());
        Assert.Equal("elevated", risk.GetProperty("level").GetString());
        Assert.Equal(["IP_LISTED"], risk.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString()));
        Assert.StartsWith("""{"workflow_id":"w-1","metadata":{"account":7,"risk":{""", Encoding.UTF8.GetString(seen.Body), StringComparison.Ordinal);
        Assert.Equal($"{seen.Body.Length}", seen["Content-Length"]);
        Assert.Equal(40, seen.Score);
        Assert.Equal(GuardedHeaders.FromRecord, replay.Source);
    }

    [Fact]
    public async Task What_the_client_said_about_its_bytes_is_no_longer_true_and_stays_behind()
    {
        var gateway = await StartAsync(InBody);
        var request = From(Quiet, "k");
        request.Headers.TryAddWithoutValidation("Content-Digest", "sha-256=:AAAA=:");
        request.Content!.Headers.TryAddWithoutValidation("Content-MD5", "AAAA");

        await gateway.AskAsync(request);

        Assert.Null(Assert.Single(Arrived.All)["Content-Digest"]);
        Assert.Null(Arrived.All[0]["Content-MD5"]);
    }

    [Theory]
    [InlineData("""{"metadata":{"risk":0},"metadata":{}}""")]
    [InlineData("""{"metadata":7}""")]
    [InlineData("no JSON")]
    public async Task A_body_that_two_readers_could_read_differently_is_refused_and_its_key_is_free(string body)
    {
        var gateway = await StartAsync(InBody);

        (await gateway.AskAsync(From(Quiet, "k", body))).AssertProblem(GatewayProblem.Malformed, "k");

        Assert.Null(await gateway.FindAsync("k"));
        Assert.Equal(0, Arrived.Count);
    }

    [Fact]
    public async Task Where_there_is_memory_for_the_clients_body_only_the_request_is_put_off_and_its_key_is_free()
    {
        var gateway = await StartAsync(InBody, setup =>
        {
            var adjust = setup.Adjust;
            setup.Adjust = snapshot => adjust(snapshot) with { Limits = new() { BufferedBodiesBytes = 200_000 } };
        });

        var putOff = await gateway.AskAsync(From(Quiet, "k", $$"""{"image":"{{new string('x', 100_000)}}"}"""));

        putOff.AssertProblem(GatewayProblem.OutOfMemory, "k");
        Assert.Equal("1", putOff.Headers["Retry-After"]);
        Assert.Null(await gateway.FindAsync("k"));
        Assert.Equal(0, Arrived.Count);
    }

    [Fact]
    public async Task A_body_of_another_kind_goes_on_as_it_came()
    {
        var gateway = await StartAsync(InBody);
        var request = From(Listed, "k", "a=b");
        request.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");

        await gateway.AskAsync(request);

        Assert.Equal("a=b", Encoding.UTF8.GetString(Assert.Single(Arrived.All).Body));
        Assert.Equal(40, Arrived.All[0].Score);
    }

    /// <summary>The gateway's verdict replaces a forged one even with another media type, an unguarded method, no key, or while the store is down.</summary>
    [Theory]
    [InlineData("POST", "k", "text/plain", false)]
    [InlineData("POST", "k", null, false)]
    [InlineData("PUT", "k", "application/json", false)]
    [InlineData("PUT", null, "text/plain", false)]
    [InlineData("POST", null, "application/json", false)]
    [InlineData("POST", "k", "application/json", true)]
    public async Task What_a_client_wrote_in_its_place_does_not_pass_for_it(string method, string? key, string? type, bool isStoreDown)
    {
        UnreliableStore? store = null;
        var gateway = await StartAsync(InBody, setup =>
        {
            setup.Policy = setup.Policy with { Key = setup.Policy.Key with { Required = false }, OnStoreDown = OnStoreDown.PassThrough };
            setup.WrapStore = inner => store = new(inner);
        });
        if (isStoreDown)
            store!.BreakAll();
        var request = From(Listed, key, " {\"metadata\":{\"risk\":\"forged\"}}");
        request.Method = new(method);
        request.Content!.Headers.ContentType = type is null ? null : new(type);

        Assert.Equal(201, (await gateway.AskAsync(request)).Status);

        var seen = Assert.Single(Arrived.All);
        Assert.Equal(40, JsonDocument.Parse(seen.Body).RootElement.GetProperty("metadata").GetProperty("risk").GetProperty("score").GetInt32());
        Assert.Equal($"{seen.Body.Length}", seen["Content-Length"]);
    }

    [Theory]
    [InlineData("PUT", "k")]
    [InlineData("POST", null)]
    public async Task A_body_that_two_readers_could_read_differently_is_refused_where_nothing_is_guarded_too(string method, string? key)
    {
        var gateway = await StartAsync(InBody, setup => setup.Policy = setup.Policy with { Key = setup.Policy.Key with { Required = false } });
        var request = From(Listed, key, """{"metadata":{"risk":0},"metadata":{}}""");
        request.Method = new(method);

        (await gateway.AskAsync(request)).AssertProblem(GatewayProblem.Malformed, null);

        Assert.Equal(0, Arrived.Count);
    }

    /// <summary>A backend that decompresses the body, or detects UTF-16 by its content, would find the client's forged verdict in it.</summary>
    [Theory]
    [InlineData("gzip", "utf-8")]
    [InlineData("GZIP , identity", "utf-8")]
    [InlineData(null, "utf-16")]
    [InlineData(null, "utf-16BE")]
    [InlineData(null, "utf-32")]
    [InlineData(null, "utf-32BE")]
    public async Task What_hides_a_json_object_from_the_gateway_is_refused(string? coding, string charset)
    {
        var gateway = await StartAsync(InBody);
        var encoding = Encoding.GetEncoding(charset);
        byte[] body = [.. encoding.GetPreamble(), .. encoding.GetBytes("""{"metadata":{"risk":"forged"}}""")];
        var request = From(Listed, "k");
        request.Content = new ByteArrayContent(coding is null ? body : Gzipped(body));
        request.Content.Headers.TryAddWithoutValidation("Content-Encoding", coding);

        (await gateway.AskAsync(request)).AssertProblem(GatewayProblem.Malformed, "k");

        Assert.Equal(0, Arrived.Count);
    }

    [Fact]
    public async Task A_request_without_a_body_has_nowhere_to_put_it()
    {
        var gateway = await StartAsync(InBody);
        var request = From(Listed, key: null);
        (request.Method, request.Content) = (HttpMethod.Get, null);

        Assert.Equal(201, (await gateway.AskAsync(request)).Status);

        Assert.Empty(Assert.Single(Arrived.All).Body);
        Assert.Equal(40, Arrived.All[0].Score);
    }

    [Fact]
    public async Task A_dry_run_leaves_it_as_it_is()
    {
        var gateway = await StartAsync(InBody with { DryRun = true });

        await gateway.AskAsync(From(Listed, "k"));

        Assert.Equal(GatewayUnderTest.SessionBody, Encoding.UTF8.GetString(Assert.Single(Arrived.All).Body));
    }

    private static byte[] Gzipped(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}
