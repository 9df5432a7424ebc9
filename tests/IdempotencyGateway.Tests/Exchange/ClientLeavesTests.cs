using System.Net;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Exchange;

/// <summary>A client that disconnects changes nothing: the provider call continues, and its answer is recorded for the client's retry.</summary>
public sealed class ClientLeavesTests : ExchangeTest
{
    private static readonly string Request = RawClient.Request(
        "POST", "/guarded/session/", GatewayUnderTest.SessionBody,
        new Field("x-api-key", "caller-1"), new Field("Idempotency-Key", "k"), new Field("Content-Type", "application/json; charset=utf-8"));

    [Fact]
    public async Task A_client_that_resets_its_connection_finds_the_answer_when_it_comes_back()
    {
        var gateway = await StartAsync();
        var gate = HoldNext();
        using (var client = await RawClient.Connect(gateway.Address))
        {
            await client.Send(Request);
            await gate.Held.WhenReachesAsync(1).OrGiveUp();
            client.Reset();
        }

        gate.Release();
        await gateway.WhenIdleAsync();
        var retry = await gateway.PostAsync("k");

        Assert.Equal((201, "replayed"), (retry.Status, retry.Source));
        Assert.Equal((1, 1), (Executions.Total, Executions.Deliveries));
    }

    [Fact]
    public async Task A_client_that_comes_back_before_the_answer_waits_for_it()
    {
        var gateway = await StartAsync();
        var gate = HoldNext();
        using (var client = await RawClient.Connect(gateway.Address))
        {
            await client.Send(Request);
            await gate.Held.WhenReachesAsync(1).OrGiveUp();
            client.Reset();
        }
        var retry = gateway.PostAsync("k");

        gate.Release();

        Assert.Equal((201, "replayed"), ((await retry).Status, (await retry).Source));
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task A_cancelled_http2_stream_runs_on_too()
    {
        var gateway = await StartAsync();
        var gate = HoldNext();
        using var http2 = BareClient.Http2();
        using var leaving = new CancellationTokenSource();
        using var request = GatewayUnderTest.Post("k");
        request.RequestUri = new Uri(gateway.Http2Address, request.RequestUri!);
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        var left = http2.SendAsync(request, leaving.Token);
        await gate.Held.WhenReachesAsync(1).OrGiveUp();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        gate.Release();
        await gateway.WhenIdleAsync();

        Assert.Equal("replayed", (await gateway.PostAsync("k")).Source);
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task A_client_that_leaves_before_the_store_answered_is_not_sent_twice_either()
    {
        var gateway = await StartAsync();

        for (var i = 0; i < 20; i++)
        {
            using var client = await RawClient.Connect(gateway.Address);
            await client.Send(Request);
            client.Reset();
        }
        var retry = await gateway.PostAsync("k");

        Assert.Equal(201, retry.Status);
        Assert.Equal(1, Executions.Deliveries);
    }
}
