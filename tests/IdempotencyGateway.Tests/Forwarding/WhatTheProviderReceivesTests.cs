using System.Text;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Http2;

namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>However a client frames a guarded request, the provider receives it with a Content-Length and with an unchanged body.</summary>
public sealed class WhatTheProviderReceivesTests
{
    private static readonly string[] NeverForwarded = ["Transfer-Encoding", "Expect", "Upgrade", "X-Content-Length", "Connection", "Keep-Alive", "TE", "Trailer"];

    public static TheoryData<string> Shapes => [.. Shape.Names];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Over_HTTP11_the_provider_gets_one_canonical_length_and_none_of_the_clients_framing(string shape)
    {
        await using var provider = ScriptedProvider.Start();
        await using var gateway = await Asking.Guard(provider.Address);
        var (method, body) = Shape.Means(shape);

        await gateway.Ask(Shape.Of(shape, "k-1", "/guarded/session/?a=b%20c"));

        var delivery = Assert.Single(provider.Deliveries);
        Assert.Equal((method, "/v3/session/?a=b%20c"), (delivery.Method, delivery.Target));
        Assert.Equal([$"{body.Length}"], delivery.Headers.Values("Content-Length"));
        Assert.Equal(body, Encoding.Latin1.GetString(delivery.Body.Content));
        Assert.Equal(body.Length == 0 ? null : "application/json", delivery.Headers["Content-Type"]);
        Assert.Equal("k-1", delivery.Headers["Idempotency-Key"]);
        Assert.DoesNotContain(delivery.Headers, field => NeverForwarded.Contains(field.Name, StringComparer.OrdinalIgnoreCase));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Over_HTTP2_the_provider_gets_one_canonical_length_and_none_of_the_clients_framing(string shape)
    {
        await using var provider = ScriptedHttp2Provider.Start();
        await using var gateway = await Asking.Guard(provider.Address, setup => setup.HttpRequest = EitherProvider.Http2Only);
        var (method, body) = Shape.Means(shape);

        await gateway.Ask(Shape.Of(shape, "k-1"));

        var delivery = Assert.Single(provider.Deliveries);
        Assert.Equal((method, "/v3/session/"), (delivery.Method, delivery.Path));
        Assert.Equal([$"{body.Length}"], delivery.Headers.Values("content-length"));
        Assert.Equal(body, Encoding.Latin1.GetString(delivery.Body));
        Assert.Equal("k-1", delivery.Headers["idempotency-key"]);
        Assert.DoesNotContain(delivery.Headers, field => NeverForwarded.Contains(field.Name, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Hop_by_hop_headers_of_the_client_stay_behind()
    {
        await using var provider = ScriptedProvider.Start();
        await using var gateway = await Asking.Guard(provider.Address);
        var request = RawClient.Request(
            "POST", "/guarded/session/", Shape.Json, new("Idempotency-Key", "k-1"), new("x-api-key", Asking.Caller), new("X-Content-Length", "1"),
            new("Connection", "keep-alive, X-Hop"), new("Keep-Alive", "timeout=5"), new("TE", "gzip"), new("Trailer", "Checksum"), new("X-Kept", "kept"));

        await gateway.Ask(request);

        var delivery = Assert.Single(provider.Deliveries);
        Assert.Equal("kept", delivery.Headers["X-Kept"]);
        Assert.DoesNotContain(delivery.Headers, field => NeverForwarded.Contains(field.Name, StringComparer.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Header_values_beyond_ASCII_arrive_byte_for_byte(int version)
    {
        const string jose = "Jos\u00c3\u00a9";
        await using var http11 = ScriptedProvider.Start();
        await using var http2 = ScriptedHttp2Provider.Start();
        await using var gateway = await Asking.Guard(
            version == 1 ? http11.Address : http2.Address, setup => setup.HttpRequest = version == 2 ? EitherProvider.Http2Only : null);

        var answer = await gateway.Ask(RawClient.Request(
            "POST", "/guarded/session/", Shape.Json, new("Idempotency-Key", "k-1"), new("x-api-key", Asking.Caller), new("X-Name", jose), new("Content-Disposition", jose)));

        Assert.Equal(200, answer.Status);
        var received = version == 1 ? Assert.Single(http11.Deliveries).Headers : Assert.Single(http2.Deliveries).Headers;
        Assert.Equal((jose, jose), (received["X-Name"], received["Content-Disposition"]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_large_upload_arrives_byte_for_byte(int version)
    {
        var upload = Upload.Of(2 * 1024 * 1024, "k-1", new Field("Expect", "100-continue"));
        await using var http11 = ScriptedProvider.Start();
        await using var http2 = ScriptedHttp2Provider.Start();
        await using var gateway = await Asking.Guard(
            version == 1 ? http11.Address : http2.Address, setup => setup.HttpRequest = version == 2 ? EitherProvider.Http2Only : null);

        var answer = await gateway.Ask(upload.Request);

        Assert.Equal(200, answer.Status);
        var received = version == 1 ? Assert.Single(http11.Deliveries).Body.Content : Assert.Single(http2.Deliveries).Body;
        Assert.Equal(Encoding.Latin1.GetBytes(upload.Body), received);
    }

    [Theory]
    [InlineData("chunked, cut small", "1\r\n{\r\n1;ext=1\r\n}\r\n0\r\nChecksum: 7\r\n\r\n", "{}")]
    [InlineData("chunked, empty", "0\r\n\r\n", "")]
    public async Task Chunks_arrive_joined_and_without_their_trailers(string row, string chunks, string body)
    {
        await using var provider = ScriptedProvider.Start();
        await using var gateway = await Asking.Guard(provider.Address);

        await gateway.Ask(RawClient.Request(
            "POST", $"/guarded/{row.Length}", body: null, new("Idempotency-Key", "k-1"), new("x-api-key", Asking.Caller), new("Transfer-Encoding", "chunked")) + chunks);

        var delivery = Assert.Single(provider.Deliveries);
        Assert.Equal((BodyFraming.ContentLength, body), (delivery.Body.Framing, Encoding.Latin1.GetString(delivery.Body.Content)));
        Assert.DoesNotContain(delivery.Headers, field => field.Name == "Checksum");
    }

    [Theory]
    [InlineData("Upgrade")]
    [InlineData("keep-alive, Upgrade")]
    public async Task A_connection_option_alone_does_not_cost_the_body(string connection)
    {
        await using var provider = ScriptedProvider.Start();
        await using var gateway = await Asking.Guard(provider.Address);

        var answer = await gateway.Ask(RawClient.Request(
            "POST", "/guarded/session/", Shape.Json, new("Idempotency-Key", "k-1"), new("x-api-key", Asking.Caller), new("Connection", connection)));

        // Either the gateway refuses the request or it delivers the whole body; it never delivers the request without its body.
        if (answer.Status == 200)
            Assert.Equal(Shape.Json, Encoding.Latin1.GetString(Assert.Single(provider.Deliveries).Body.Content));
        else
            Assert.Empty(provider.Deliveries);
    }

    [Fact]
    public async Task An_upgrade_is_refused_before_anything_is_sent()
    {
        await using var provider = ScriptedProvider.Start();
        await using var gateway = await Asking.Guard(provider.Address);

        var answer = await gateway.Ask(RawClient.Request(
            "POST", "/guarded/session/", Shape.Json, new("Idempotency-Key", "k-1"), new("x-api-key", Asking.Caller), new("Connection", "Upgrade"), new("Upgrade", "websocket")));

        Assert.Equal(new Told(501, "upgrade-refused", Retryable: false), Told.By(answer));
        Assert.Null(await gateway.StateOf("k-1"));
        Assert.Empty(provider.Deliveries);
    }
}
