using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using IdempotencyGateway.Tests.Testing.Http2;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>
/// An HTTP/1.1 client that sends exactly the bytes a test gives it, one write per <c>Send</c>, and reads responses without validating
/// them. It never re-sends or reconnects.
/// </summary>
public sealed class RawClient : IDisposable
{
    private readonly RawConnection _connection;

    private RawClient(RawConnection connection) => _connection = connection;

    /// <summary>How the server ended the connection, as far as reads have observed it.</summary>
    public ConnectionEnd End => _connection.End;

    /// <param name="server">Only its host and port are used.</param>
    public static async Task<RawClient> Connect(Uri server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server.Host, server.Port).OrGiveUp();
            return new RawClient(new RawConnection(socket, new NetworkStream(socket, ownsSocket: true)));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects with TLS, accepting any server certificate.</summary>
    /// <param name="isHttp2">Whether ALPN offers HTTP/2 instead of HTTP/1.1.</param>
    public static async Task<RawClient> ConnectTls(Uri server, bool isHttp2 = false)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server.Host, server.Port).OrGiveUp();
            var secured = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = server.Host,
                ApplicationProtocols = [isHttp2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11],
#pragma warning disable CA5359 // Tests of this client do not depend on the server's identity.
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
            }).OrGiveUp();
            return new RawClient(new RawConnection(socket, secured));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Composes a request with a <c>Host</c> and, unless <paramref name="body"/> is null, a <c>Content-Length</c>.</summary>
    public static string Request(string method, string target, string? body = null, params ReadOnlySpan<Field> headers)
    {
        var request = new StringBuilder($"{method} {target} HTTP/1.1\r\nHost: gateway\r\n");
        foreach (var (name, value) in headers)
            request.Append(name).Append(": ").Append(value).Append("\r\n");
        if (body is not null)
            request.Append("Content-Length: ").Append(body.Length).Append("\r\n");
        return request.Append("\r\n").Append(body).ToString();
    }

    /// <summary>Sends a request on a new connection and reads its answer.</summary>
    public static async Task<RawAnswer?> Exchange(Uri server, string request)
    {
        using var client = await Connect(server);
        await client.Send(request);
        return await client.ReadAnswer();
    }

    /// <param name="bytes">Latin-1.</param>
    /// <exception cref="IOException">The server closed or reset the connection.</exception>
    public Task Send(string bytes) => Send(Encoding.Latin1.GetBytes(bytes));

    /// <inheritdoc cref="Send(string)"/>
    public Task Send(ReadOnlyMemory<byte> bytes) => _connection.Write(bytes, CancellationToken.None).AsTask().OrGiveUp();

    /// <summary>
    /// Reads the next response; null if the connection ended before a whole head (<see cref="End"/> says how). The bytes after a 101
    /// belong to another protocol: read them with <see cref="ReadExactly"/>.
    /// </summary>
    /// <param name="toHead">Whether the request was a HEAD, so that the response has no body whatever its headers say.</param>
    public Task<RawAnswer?> ReadAnswer(bool toHead = false) => Read(toHead).OrGiveUp();

    /// <summary>Reads exactly that many bytes; null if the connection ended first.</summary>
    public async Task<byte[]?> ReadExactly(int length)
    {
        var bytes = new byte[length];
        return await _connection.ReadExactly(bytes, CancellationToken.None).AsTask().OrGiveUp() ? bytes : null;
    }

    /// <summary>Reads the next HTTP/2 frame; null if the connection ended first.</summary>
    public Task<Http2Frame?> ReadFrame() => Http2Frame.Read(_connection, CancellationToken.None).AsTask().OrGiveUp();

    /// <summary>Reads everything up to the connection's end.</summary>
    public async Task<byte[]> ReadToEnd()
    {
        var rest = new MessageBody(BodyFraming.UntilClose, 0);
        await rest.Read(_connection, CancellationToken.None).OrGiveUp();
        return rest.Content;
    }

    /// <summary>Sends a FIN; responses can still be read.</summary>
    public void HalfClose() => _connection.HalfClose();

    /// <summary>Aborts the connection with an RST.</summary>
    public void Reset() => _connection.Reset();

    public void Dispose() => _connection.Dispose();

    private async Task<RawAnswer?> Read(bool toHead)
    {
        var interim = new List<MessageHead>();
        while (await MessageHead.Read(_connection, CancellationToken.None) is { } head)
        {
            if (RawAnswer.StatusOf(head) is >= 100 and < 200 and not 101)
            {
                interim.Add(head);
                continue;
            }
            var body = BodyOf(head, toHead);
            await body.Read(_connection, CancellationToken.None);
            return new RawAnswer(interim, head, body);
        }
        return null;
    }

    private static MessageBody BodyOf(MessageHead head, bool toHead) =>
        toHead || RawAnswer.StatusOf(head) is 101 or 204 or 304 ? new(BodyFraming.None, 0)
        : head.IsChunked ? new(BodyFraming.Chunked, 0)
        : head.ContentLength is { } length ? new(BodyFraming.ContentLength, length)
        : new(BodyFraming.UntilClose, 0);
}
