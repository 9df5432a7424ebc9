using System.Security.Cryptography;
using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Bodies;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Stores.Redis;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Exchange;

/// <summary>The first caller gets the provider's whole answer; the route's policy says which part of it is recorded for retries, and in what form.</summary>
public sealed class KeptBodiesTests
{
    private const string Person = """{"id":"inq_1","person":{"name":"Sample","ssn":"123-45-6789"},"documents":[{"number":"D1","type":"id"},{"number":"D2","type":"id"}]}""";

    private static readonly RecordPolicy Redacting = new() { Body = RecordBody.Redacted, Redact = Taking("/person/ssn", "/documents/*/number") };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_redacted_answer_is_replayed_without_those_parts_and_says_so(bool inRedis)
    {
        await using var redis = inRedis ? await RedisProcess.StartAsync() : null;
        await using var provider = await AnsweringAsync(Person);
        await using var gateway = await StartAsync(provider, Redacting, redis);

        var first = await gateway.PostAsync("k");
        var retry = await gateway.PostAsync("k");

        Assert.Equal((201, Person, null), (first.Status, first.Text, first.Headers[GuardedHeaders.Body]));
        Assert.Equal(
            (201, """{"id":"inq_1","person":{"name":"Sample"},"documents":[{"type":"id"},{"type":"id"}]}""", "redacted", "replayed"),
            (retry.Status, retry.Text, retry.Headers[GuardedHeaders.Body], retry.Source));
        Assert.Equal("\"whole\"", first.Headers["ETag"]);
        Assert.Null(retry.Headers["ETag"]);
        Assert.Equal(("/inquiries/1", "application/json"), (retry.Headers["Location"], retry.Headers["Content-Type"]));
        var kept = Assert.IsType<RecordedAnswer.Whole>(RecordCodec.Decode((await gateway.FindAsync("k"))!.Response));
        Assert.DoesNotContain("123-45-6789", Encoding.UTF8.GetString(kept.Response.Body.Span), StringComparison.Ordinal);
        Assert.Equal(1, provider.Requests.Count);
    }

    [Theory]
    [InlineData("""{"person":""", "application/json")]
    [InlineData("<person><ssn>123</ssn></person>", "application/xml")]
    public async Task What_cannot_be_redacted_is_not_kept(string body, string type)
    {
        await using var provider = await AnsweringAsync(body, type);
        await using var gateway = await StartAsync(provider, Redacting);

        Assert.Equal(body, (await gateway.PostAsync("k")).Text);
        AssertOmitted(await gateway.PostAsync("k"));
    }

    [Fact]
    public async Task A_compressed_answer_cannot_be_redacted_and_is_not_kept()
    {
        await using var provider = await AnsweringAsync(Person, configure: response => response.Headers.ContentEncoding = "gzip");
        await using var gateway = await StartAsync(provider, Redacting);

        await gateway.PostAsync("k");

        AssertOmitted(await gateway.PostAsync("k"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_headers_only_the_replay_has_status_and_headers_and_says_that_the_body_is_missing(bool inRedis)
    {
        await using var redis = inRedis ? await RedisProcess.StartAsync() : null;
        await using var provider = await AnsweringAsync(Person);
        await using var gateway = await StartAsync(provider, new() { Body = RecordBody.HeadersOnly }, redis);

        Assert.Equal(Person, (await gateway.PostAsync("k")).Text);
        AssertOmitted(await gateway.PostAsync("k"));
        Assert.Equal(1, provider.Requests.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_a_hash_only_the_retry_learns_status_and_digest(bool inRedis)
    {
        await using var redis = inRedis ? await RedisProcess.StartAsync() : null;
        await using var provider = await AnsweringAsync(Person);
        await using var gateway = await StartAsync(provider, new() { Body = RecordBody.HashOnly }, redis);

        var first = await gateway.PostAsync("k");
        var members = (await gateway.PostAsync("k")).AssertProblem(GatewayProblem.NotRetained, "k");

        Assert.Equal((201, Person), (first.Status, first.Text));
        Assert.Equal(201, members.GetProperty("provider_status").GetInt32());
        Assert.Equal($"sha-256=:{Convert.ToBase64String(SHA256.HashData(first.Body))}:", members.GetProperty("provider_body_digest").GetString());
        Assert.Equal(1, provider.Requests.Count);
    }

    [Theory]
    [InlineData("image/jpeg")]
    [InlineData("IMAGE/png; q=1")]
    [InlineData("audio/wav")]
    [InlineData("video/mp4")]
    [InlineData("application/octet-stream")]
    [InlineData("multipart/mixed; boundary=b")]
    [InlineData("not a type")]
    [InlineData(null)]
    public async Task Pictures_and_recordings_are_not_kept_unless_the_route_says_so(string? type)
    {
        byte[] picture = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3];
        await using var provider = await AnsweringAsync(picture, type);
        await using var cautious = await StartAsync(provider, new());
        await using var keeping = await StartAsync(provider, new() { DropTypes = [] });

        Assert.Equal(picture, (await cautious.PostAsync("k")).Body);
        AssertOmitted(await cautious.PostAsync("k"));
        await keeping.PostAsync("k");
        Assert.Equal(picture, (await keeping.PostAsync("k")).Body);
    }

    [Theory]
    [InlineData(RecordBody.Redacted)]
    [InlineData(RecordBody.HeadersOnly)]
    public async Task An_answer_without_a_body_is_kept_as_it_is(RecordBody body)
    {
        await using var provider = await AnsweringAsync("", type: null);
        await using var gateway = await StartAsync(provider, Redacting with { Body = body });

        await gateway.PostAsync("k");
        var retry = await gateway.PostAsync("k");

        Assert.Equal((201, "", null, "replayed"), (retry.Status, retry.Text, retry.Headers[GuardedHeaders.Body], retry.Source));
        Assert.Equal("\"whole\"", retry.Headers["ETag"]);
    }

    [Fact]
    public async Task Who_waited_for_the_first_gets_what_is_kept_like_everybody_later()
    {
        var gate = new Gate();
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            await gate.Opened;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(Person);
        });
        await using var gateway = await StartAsync(provider, Redacting);
        var first = gateway.PostAsync("k");
        await provider.Requests.Reached(1);
        var waiting = gateway.PostAsync("k");
        gate.Open();

        Assert.Equal((Person, "redacted"), ((await first).Text, (await waiting).Headers[GuardedHeaders.Body]));
    }

    private static void AssertOmitted(Answer retry)
    {
        Assert.Equal((201, 0, "omitted", "replayed"), (retry.Status, retry.Body.Length, retry.Headers[GuardedHeaders.Body], retry.Source));
        Assert.Equal(("/inquiries/1", "0"), (retry.Headers["Location"], retry.Headers["Content-Length"]));
        Assert.Null(retry.Headers["Content-Type"]);
        Assert.Null(retry.Headers["Content-Encoding"]);
        Assert.Null(retry.Headers["ETag"]);
    }

    private static async Task<GatewayUnderTest> StartAsync(KestrelProvider provider, RecordPolicy record, RedisProcess? redis = null)
    {
        var store = redis is null ? null : await RedisIdempotencyStore.OpenAsync(RedisSamples.OptionsFor(redis), TimeProvider.System);
        return await GatewayUnderTest.StartAsync(provider.Address, setup =>
        {
            setup.Policy = setup.Policy with { Record = record };
            // Without in-memory copies, every replay comes from the store.
            setup.Adjust = snapshot => snapshot with { Cache = new() { MaxBytes = 0 } };
            setup.StoreInstead = store;
        });
    }

    private static Task<KestrelProvider> AnsweringAsync(string body, string? type = "application/json", Action<HttpResponse>? configure = null) =>
        AnsweringAsync(Encoding.UTF8.GetBytes(body), type, configure);

    private static Task<KestrelProvider> AnsweringAsync(byte[] body, string? type, Action<HttpResponse>? configure = null) => KestrelProvider.StartAsync(async context =>
    {
        context.Response.StatusCode = 201;
        context.Response.ContentType = type;
        context.Response.Headers.Location = "/inquiries/1";
        context.Response.Headers.ETag = "\"whole\"";
        configure?.Invoke(context.Response);
        await context.Response.Body.WriteAsync(body);
    });

    private static JsonRedactor Taking(params string[] parts) =>
        new([.. parts.Select(part => JsonPointer.TryParse(part, out var pointer) ? pointer : throw new ArgumentException(part, nameof(parts)))]);
}
