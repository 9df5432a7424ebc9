using System.Net;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Http2;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>Providers over TLS, where ALPN could negotiate the HTTP version: a guarded request is still sent once, in the version that the gateway chose.</summary>
public sealed class ProvidersOverTlsTests
{
    [Theory]
    [InlineData(false, "/guarded/x", "HTTP/1.1")]
    [InlineData(true, "/guarded/x", "HTTP/2")]
    [InlineData(false, "/open/x", "HTTP/2")]
    public async Task A_guarded_request_is_HTTP_1_1_unless_the_cluster_says_exactly_2(bool exactly2, string path, string expected)
    {
        await using var provider = await KestrelProvider.StartAsync(context => context.Response.WriteAsync(context.Request.Protocol), HttpProtocols.Http1AndHttp2, tls: true);
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Address, setup => Suit(setup, exactly2));

        var answer = await gateway.PostAsync("k-1", path: path);

        Assert.Equal((200, expected), (answer.Status, answer.Text));
        Assert.Single(provider.Requests.All);
    }

    [Fact]
    public async Task A_body_that_is_not_there_is_sent_once_when_the_connection_ends_without_an_answer()
    {
        await using var provider = ScriptedProvider.StartTls(Step.AfterBody.Close());
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Address, setup => Suit(setup, exactly2: false));

        var answer = await gateway.PostAsync("k-1", body: "");

        answer.AssertProblem(GatewayProblem.OutcomeUnknown, "k-1", status: 502);
        Assert.Single(provider.Deliveries);
    }

    [Fact]
    public async Task A_pooled_connection_that_died_meanwhile_costs_one_delivery_each()
    {
        await using var provider = ScriptedProvider.StartTls(Step.AfterBody.Answer(201, "{}"), Step.AfterBody.Reset());
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Address, setup => Suit(setup, exactly2: false));

        Assert.Equal(201, (await gateway.PostAsync("k-1")).Status);
        (await gateway.PostAsync("k-2")).AssertProblem(GatewayProblem.OutcomeUnknown, "k-2", status: 502);

        Assert.Equal(2, provider.Deliveries.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_the_provider_disowns_is_not_sent_again(bool isReset)
    {
        await using var provider = ScriptedHttp2Provider.StartTls(
            isReset ? Http2Step.AfterBody.ResetStream(Http2Error.RefusedStream) : Http2Step.AfterBody.GoAway(includingThisStream: false));
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Address, setup => Suit(setup, exactly2: true));

        (await gateway.PostAsync("k-1")).AssertProblem(GatewayProblem.OutcomeUnknown, "k-1", status: 502);

        Assert.Single(provider.Deliveries);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_provider_that_is_not_trusted_is_sent_nothing(bool http2)
    {
        await using var provider = await KestrelProvider.StartAsync(context => context.Response.WriteAsync("ok"), HttpProtocols.Http1AndHttp2, tls: true);
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Address, setup =>
        {
            Suit(setup, http2);
            setup.HttpClient = null;
        });

        (await gateway.PostAsync("k-1")).AssertProblem(GatewayProblem.ProviderUnreachable, "k-1");

        Assert.Empty(provider.Requests.All);
    }

    [Fact]
    public async Task A_provider_that_does_not_offer_the_version_is_sent_nothing()
    {
        await using var provider = await KestrelProvider.StartAsync(context => context.Response.WriteAsync("ok"), HttpProtocols.Http1, tls: true);
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Address, setup => Suit(setup, exactly2: true));

        (await gateway.PostAsync("k-1")).AssertProblem(GatewayProblem.ProviderUnreachable, "k-1");

        Assert.Empty(provider.Requests.All);
    }

    private static void Suit(GatewaySetup setup, bool exactly2)
    {
        setup.HttpClient = new() { DangerousAcceptAnyServerCertificate = true };
        if (exactly2)
            setup.HttpRequest = new() { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
    }
}
