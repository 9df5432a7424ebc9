using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// Opens a connection without the client library and authenticates on it. The library reports only that it could not connect; this class reports why: nothing
/// listens there, it speaks another protocol, it wants TLS, the password is wrong.
/// </summary>
internal static class RedisHandshake
{
    private const int LongestLine = 512;

    /// <exception cref="StoreUnavailableException">The message says what to change.</exception>
    public static async Task CheckAsync(RedisAddress address, RedisConnecting connecting, TimeProvider clock)
    {
        try
        {
            await using var stream = await OpenAsync(address, connecting, clock);
        }
        catch (Exception e) when (e is SocketException or IOException or TimeoutException)
        {
            throw Unreachable(address, e);
        }
    }

    /// <summary>Returns a connection on which Redis has accepted user and password and answered a PING.</summary>
    public static async Task<Stream> OpenAsync(RedisAddress address, RedisConnecting connecting, TimeProvider clock)
    {
        var limit = connecting.Options.OperationTimeout + TimeSpan.FromSeconds(2);
        var client = new TcpClient();
        try
        {
            client.NoDelay = true;
            await client.ConnectAsync(address.Host, address.Port).WaitAsync(limit, clock);
            var stream = await SecureAsync(client.GetStream(), address, connecting, limit, clock);
            await AuthenticateAsync(stream, address, connecting).WaitAsync(limit, clock);
            return stream;
        }
        catch (IOException)
        {
            client.Dispose();
            throw NotRedis(address, "(it hung up)");
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static async Task<Stream> SecureAsync(
        Stream plain, RedisAddress address, RedisConnecting connecting, TimeSpan limit, TimeProvider clock)
    {
        if (connecting.Options.Tls is null)
            return plain;
        var secure = new SslStream(plain);
        try
        {
            await secure.AuthenticateAsClientAsync(connecting.DescribeTls(address.Host)).WaitAsync(limit, clock);
            return secure;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or TimeoutException)
        {
            throw new StoreUnavailableException(
                StoreFailure.Refused, $"Redis at {address}: no TLS connection ({e.Message}); check that the port speaks TLS, and Store:Redis:Tls", e);
        }
    }

    private static async Task AuthenticateAsync(Stream stream, RedisAddress address, RedisConnecting connecting)
    {
        if (connecting.Password is { } password)
        {
            string[] auth = connecting.Options.User is { } user ? ["AUTH", user, password] : ["AUTH", password];
            await AskAsync(stream, address, auth);
        }
        var pong = await AskAsync(stream, address, "PING");
        if (pong != "+PONG")
            throw NotRedis(address, pong);
    }

    private static async Task<string> AskAsync(Stream stream, RedisAddress address, params string[] command)
    {
        var request = new StringBuilder().Append('*').Append(command.Length).Append("\r\n");
        foreach (var word in command)
            request.Append('$').Append(Encoding.UTF8.GetByteCount(word)).Append("\r\n").Append(word).Append("\r\n");
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request.ToString()));
        var reply = await ReadLineAsync(stream, address);
        if (reply is ['-', .. var error])
            throw RedisFailures.FromReply(error, address.ToString());
        return reply is ['+', ..] ? reply : throw NotRedis(address, reply);
    }

    private static async Task<string> ReadLineAsync(Stream stream, RedisAddress address)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (line.Count < LongestLine)
        {
            if (await stream.ReadAsync(one) == 0)
                throw NotRedis(address, line.Count == 0 ? "(it hung up)" : Encoding.ASCII.GetString([.. line]));
            if (one[0] == '\n')
                return Encoding.ASCII.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }
        throw NotRedis(address, Encoding.ASCII.GetString([.. line]));
    }

    private static StoreUnavailableException NotRedis(RedisAddress address, string reply) => new(
        StoreFailure.Refused,
        $"what listens at {address} is not Redis, or wants TLS: it answered \"{reply}\"; check the port in Store:Redis:Endpoints, and Store:Redis:Tls");

    private static StoreUnavailableException Unreachable(RedisAddress address, Exception e) => new(
        StoreFailure.Unreachable,
        e is TimeoutException
            ? $"Redis at {address} accepts connections but does not answer; check that it is not stopped, and the port in Store:Redis:Endpoints"
            : $"nobody listens at {address} ({e.Message}); check host and port in Store:Redis:Endpoints, and that Redis runs",
        e);
}
