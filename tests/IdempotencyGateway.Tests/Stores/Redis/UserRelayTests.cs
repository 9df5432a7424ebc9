using System.Globalization;
using System.Net;
using System.Net.Sockets;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>The local relay that authenticates a named user, when its listener fails on every accept, as when the process has run out of file descriptors.</summary>
public sealed class UserRelayTests
{
    [Fact]
    public async Task A_door_that_fails_at_once_is_tried_again_after_a_pause_and_opens_when_it_can()
    {
        var clock = new ManualTimeProvider();
        var pause = TimeSpan.FromMilliseconds(50);
        using var connecting = new RedisConnecting(new RedisSnapshot { User = "gateway", Password = new("secret") }, clock);
        var door = (IPEndPoint)connecting.ViaRelay(new IPEndPoint(IPAddress.Loopback, 6379));
        using var listener = ListenerAt(door.Port);

        listener.Shutdown(SocketShutdown.Both);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            await clock.WhenArmedAsync(pause);
            clock.Advance(pause);
        }
        await clock.WhenArmedAsync(pause);
        listener.Listen();
        clock.Advance(pause);

        await using var stranger = await RespClient.ConnectAsync(((IPEndPoint)listener.LocalEndPoint!).Port);
        await Assert.ThrowsAnyAsync<IOException>(() => stranger.AskAsync("AUTH", new string('0', 64)));
    }

    /// <summary>Finds this process's listening socket by its port, through /proc (see proc(5)). The relay keeps owning it.</summary>
    private static Socket ListenerAt(int port)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"0100007F:{port:X4}");
        var inode = File.ReadLines("/proc/self/net/tcp").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Single(fields => fields[1] == address && fields[3] == "0A")[9];
        var descriptor = Directory.EnumerateFileSystemEntries("/proc/self/fd").Single(entry => new FileInfo(entry).LinkTarget == $"socket:[{inode}]");
        return new(new SafeSocketHandle(int.Parse(Path.GetFileName(descriptor), CultureInfo.InvariantCulture), ownsHandle: false));
    }
}
