using System.Net;
using System.Net.Sockets;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace IdempotencyGateway.Tests.Limits;

public sealed class CappedListenersTests
{
    [Fact]
    public async Task A_connection_without_a_seat_is_accepted_when_another_has_left_its_own()
    {
        using var free = new SemaphoreSlim(1);
        await using var listener = await BindAsync(free);
        using var first = await ConnectAsync(listener);
        using var second = await ConnectAsync(listener);

        var seated = await listener.AcceptAsync().AsTask().OrGiveUp();
        Assert.Equal(0, free.CurrentCount);
        var next = listener.AcceptAsync().AsTask();
        Assert.False(next.IsCompleted);
        await seated!.DisposeAsync();

        await (await next.OrGiveUp())!.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Whoever_waits_for_a_permit_or_for_a_connection_stops_with_the_server_and_keeps_no_permit(int permits)
    {
        using var free = new SemaphoreSlim(permits);
        await using var listener = await BindAsync(free);
        var waiting = listener.AcceptAsync().AsTask();

        await listener.UnbindAsync();

        Assert.Null(await waiting.OrGiveUp());
        Assert.Equal(permits, free.CurrentCount);
    }

    private static async Task<IConnectionListener> BindAsync(SemaphoreSlim free) =>
        await new CappedListeners(new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance), free).BindAsync(new IPEndPoint(IPAddress.Loopback, 0));

    private static async Task<TcpClient> ConnectAsync(IConnectionListener listener)
    {
        var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.EndPoint);
        return client;
    }
}
