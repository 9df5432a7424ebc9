using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Intake.Framing;

/// <summary>One connection of the fuzzing tests: sends all bytes, and reads all answers up to the connection's end.</summary>
internal static class Conversation
{
    /// <summary>Larger than all answers of any conversation together.</summary>
    private const int BufferInBytes = 64 * 1024;

    /// <summary>
    /// Half-closes only after <paramref name="whole"/> answers have arrived, so a server that has whole requests, or bytes that can never become one, must answer or close on its
    /// own. Null half-closes at once, for a server that still answers then.
    /// </summary>
    /// <exception cref="OperationCanceledException">The server neither answered nor closed.</exception>
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
            // The server closed before it had received, or this side had read, everything.
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
