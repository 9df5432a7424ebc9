using Microsoft.AspNetCore.Connections;

namespace IdempotencyGateway.Problems;

/// <summary>The state that <see cref="HeadRefusals"/> keeps for each client connection: the rest of the answer to a refused head, which is always the last one on its connection.</summary>
internal sealed class RefusedHead
{
    /// <summary>The body of the answer whose head is in the connection's output buffer; null when no head was refused.</summary>
    public byte[]? Body { get; set; }

    /// <summary>Writes the body. Called when the server no longer uses the connection, except for its timeouts.</summary>
    public async Task CompleteAsync(ConnectionContext connection)
    {
        // If no head is waiting in the output, the connection was aborted.
        if (Body is null || connection.Transport.Output is not { CanGetUnflushedBytes: true, UnflushedBytes: > 0 } output)
            return;
        try
        {
            await output.WriteAsync(Body, connection.ConnectionClosed);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client has disconnected.
        }
    }
}
