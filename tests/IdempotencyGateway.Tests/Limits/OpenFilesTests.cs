using System.Net.Sockets;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Limits;

public sealed class OpenFilesTests : ExchangeTest
{
    [Theory]
    [InlineData(null, 20_000)]
    [InlineData(27_350, 20_000)]
    [InlineData(20_000, 14_488)]
    [InlineData(1_024, 312)]
    [InlineData(700, 150)]
    [InlineData(1, 1)]
    public void Connections_fit_the_files_that_there_may_be(int? files, int connections) => Assert.Equal(connections, OpenFiles.Fit(new LimitsSnapshot(), files).Connections);

    [Fact]
    public void Linux_says_how_many_there_may_be() => Assert.True(OpenFiles.Most() is null or > 0);

    /// <summary>Without file descriptors left, requests would fail for lack of sockets, and then the runtime would end the process.</summary>
    [Fact]
    public async Task Whoever_opens_more_connections_than_there_are_files_for_takes_none_from_others()
    {
        using var configuration = new ProcessConfiguration(Provider.Address);
        await using var gateway = await GatewayProcess.StartAsync(configuration.Path, openFiles: 700);
        using var settled = await RawClient.Connect(gateway.Address);
        var opened = new List<Socket>();
        for (var i = 0; i < 900; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            opened.Add(socket);
            await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port);
        }

        await settled.Send(RawClient.Request(
            "POST", "/guarded/x", GatewayUnderTest.SessionBody, new Field("x-api-key", "c"), new Field("Idempotency-Key", "k"), new Field("Content-Type", "application/json")));

        Assert.Equal("executed", Answer.From((await settled.ReadAnswer())!).Source);
        opened.ForEach(socket => socket.Dispose());
    }
}
