using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace SimulatedProvider.Faults;

/// <summary>Ends connections in ways that a well-behaved server never does.</summary>
internal static class ConnectionEnding
{
    /// <summary>Sends a TCP reset: the socket transport closes an aborted connection with a linger time of zero.</summary>
    public static void Reset(HttpContext context) =>
        context.Features.GetRequiredFeature<IConnectionLifetimeFeature>().Abort();

    /// <summary>
    /// Sends a FIN after what was sent, and waits until the client closes, too. The exchange must not end before that, because the server would then write an answer
    /// to the closed socket, fail, and reset the connection.
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
            return; // The client has closed the connection already.
        }
        await WhenLeftAsync(closed, stopping);
    }

    /// <summary>Completes when <paramref name="left"/> is cancelled; throws when the simulator stops first.</summary>
    public static async Task WhenLeftAsync(CancellationToken left, CancellationToken stopping)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = left.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), gone);
        await gone.Task.WaitAsync(stopping);
    }
}
