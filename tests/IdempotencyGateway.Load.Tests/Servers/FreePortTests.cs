using System.Net;
using System.Net.Sockets;
using IdempotencyGateway.Load.Servers;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Load.Tests.Servers;

public class FreePortTests
{
    [Fact]
    public async Task A_server_whose_port_was_taken_meanwhile_starts_on_another()
    {
        using var folder = new TemporaryFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = ((IPEndPoint)other.LocalEndpoint).Port;
        var attempts = 0;

        await using var redis = await FreePort.StartOnAsync(port => RedisServer.StartAsync(folder.Path, "everysec", attempts++ == 0 ? taken : port));

        Assert.Equal(2, attempts);
        Assert.NotEqual(taken, redis.Address.Port);
    }

    [Fact]
    public async Task What_would_not_start_on_another_either_is_not_tried_again()
    {
        var attempts = 0;

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => FreePort.StartOnAsync(port =>
        {
            attempts++;
            return RedisServer.StartAsync("/no/such/folder", "everysec", port);
        }));

        Assert.Equal(1, attempts);
        Assert.Contains("No such file or directory", failure.Message, StringComparison.Ordinal);
    }
}
