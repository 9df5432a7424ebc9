using Microsoft.AspNetCore.Connections;

namespace IdempotencyGateway.Problems;

/// <summary>Goes with every client's connection, and has something to say where the last thing on it was a head that was refused.</summary>
internal sealed class RefusedHead
{
    /// <summary>Of the answer whose head waits in the connection's output; empty where it has none.</summary>
    public byte[]? Body { get; set; }

    /// <summary>The server has let go of the connection, but for its timeouts.</summary>
    public async Task CompleteAsync(ConnectionContext connection)
    {
        // Where no head waits the connection was aborted meanwhile.
        if (Body is null || connection.Transport.Output is not { CanGetUnflushedBytes: true, UnflushedBytes: > 0 } output)
            return;
        try
        {
            await output.WriteAsync(Body, connection.ConnectionClosed);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // Nobody is left to read it.
        }
    }
}
