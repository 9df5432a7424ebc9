using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Intake.Framing;

/// <summary>One connection: everything is sent, everything that is answered is read, up to the end of the connection.</summary>
internal static class Conversation
{
    /// <summary>More than one answers in any of these runs.</summary>
    private const int BufferInBytes = 64 * 1024;

    /// <summary>
    /// Hangs up only once the answers to <paramref name="whole"/> requests are there: a server that has all it needs, or that can never be satisfied, has to come to
    /// an end by itself. Null: hangs up at once, for a server that answers all the same.
    /// </summary>
    /// <exception cref="OperationCanceledException">The server comes to no end.</exception>
    public static async Task<IReadOnlyList<PlainAnswer>> HoldAsync(Uri server, string bytes, int? whole)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferInBytes);
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(server.Host), server.Port), limit.Token);
            return await HoldAsync(socket, bytes, whole ?? 0, buffer, limit.Token);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<IReadOnlyList<PlainAnswer>> HoldAsync(Socket socket, string bytes, int whole, byte[] buffer, CancellationToken limit)
    {
        var answers = new List<PlainAnswer>();
        var (received, read) = (0, 0);
        try
        {
            await SendAsync(socket, bytes, limit);
            var hungUp = false;
            while (true)
            {
                if (!hungUp && answers.Count >= whole)
                {
                    hungUp = true;
                    socket.Shutdown(SocketShutdown.Send);
                }
                var more = await socket.ReceiveAsync(buffer.AsMemory(received), limit);
                received += more;
                while (PlainAnswer.Read(buffer.AsSpan(0, received), ended: more == 0, ref read) is { } answer)
                    answers.Add(answer);
                if (more == 0)
                    return answers;
            }
        }
        catch (SocketException)
        {
            // Refused before everything was sent, or read.
            while (PlainAnswer.Read(buffer.AsSpan(0, received), ended: true, ref read) is { } answer)
                answers.Add(answer);
            return answers;
        }
    }

    private static async Task SendAsync(Socket socket, string bytes, CancellationToken limit)
    {
        var sent = ArrayPool<byte>.Shared.Rent(bytes.Length);
        try
        {
            await socket.SendAsync(sent.AsMemory(0, Encoding.Latin1.GetBytes(bytes, sent)), limit);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(sent);
        }
    }
}
