using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace SimulatedProvider.Faults;

/// <summary>The ways to end a connection that a well-behaved server never needs.</summary>
internal static class ConnectionEnding
{
    /// <summary>A TCP reset: an aborted connection is closed with a linger of zero by the socket transport.</summary>
    public static void Reset(HttpContext context) =>
        context.Features.GetRequiredFeature<IConnectionLifetimeFeature>().Abort();

    /// <summary>
    /// An orderly end (FIN) behind whatever was sent. The server must not find out before the client has left: it would send an answer
    /// into the closed socket, fail, and turn the FIN into a reset.
    /// </summary>
    public static async Task CloseAsync(HttpContext context, CancellationToken stopping)
    {
        var closed = context.Features.GetRequiredFeature<IConnectionLifetimeFeature>().ConnectionClosed;
        try
        {
            context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return; // The client was faster.
        }
        await WhenLeftAsync(closed, stopping);
    }

    /// <summary>Completes when <paramref name="left"/> fires; throws when the simulator stops first.</summary>
    public static async Task WhenLeftAsync(CancellationToken left, CancellationToken stopping)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = left.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), gone);
        await gone.Task.WaitAsync(stopping);
    }
}
