using System.Net;
using System.Net.Sockets;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Limits;

public sealed class OpenFilesTests : ExchangeTest
{
    [Theory]
    [InlineData(null, 20_000, 10_000)]
    [InlineData(30_912, 20_000, 10_000)]
    [InlineData(30_911, 19_999, 10_000)]
    [InlineData(20_400, 9_488, 10_000)]
    [InlineData(20_000, 9_288, 9_800)]
    [InlineData(1_024, 156, 312)]
    [InlineData(700, 75, 150)]
    [InlineData(1, 1, 1)]
    public void Connections_and_requests_fit_the_files_that_there_may_be(int? files, int connections, int requests)
    {
        var limits = OpenFiles.Fit(new LimitsSnapshot(), files);

        Assert.Equal((connections, requests, Math.Max(1, requests / 2)), (limits.Connections, limits.Requests, limits.RequestsPerCaller));
        Assert.True(files is null || files < 400 || OpenFiles.MostConnections(limits) + limits.Requests <= files - 400);
    }

    [Fact]
    public void The_limit_of_open_files_is_read_from_Linux() => Assert.True(OpenFiles.Most() is null or > 0);

    /// <summary>Without file descriptors left, requests would fail for lack of sockets, and then the runtime would end the process.</summary>
    [Fact]
    public async Task Whoever_opens_more_connections_than_there_are_files_for_takes_none_from_others()
    {
        using var configuration = new ProcessConfiguration(Provider.Address);
        await using var gateway = await GatewayProcess.StartAsync(configuration.Path, openFiles: 700);
        using var settled = await RawClient.Connect(gateway.Address);
        var crowd = await CrowdAsync(gateway.Address, 900);

        await settled.Send(RawClient.Request(
            "POST", "/guarded/x", GatewayUnderTest.SessionBody, new Field("x-api-key", "c"), new Field("Idempotency-Key", "k"), new Field("Content-Type", "application/json")));

        Assert.Equal("executed", Answer.From((await settled.ReadAnswer())!).Source);
        crowd.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Clients_that_take_all_connections_do_not_keep_operators_out()
    {
        using var configuration = new ProcessConfiguration(Provider.Address);
        await using var gateway = await GatewayProcess.StartAsync(configuration.Path, openFiles: 700);
        var crowd = await CrowdAsync(gateway.Address, 400);

        var operators = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => RawClient.Connect(gateway.Addresses[^1])));

        foreach (var one in operators)
        {
            await one.Send(RawClient.Request("GET", "/health/live"));
            Assert.Equal(200, (await one.ReadAnswer())!.Status);
        }
        crowd.ForEach(client => client.Dispose());
        Array.ForEach(operators, client => client.Dispose());
    }

    /// <summary>Each request needs its own connection to the provider, and a few HTTP/2 connections of clients carry many requests.</summary>
    [Fact]
    public async Task Requests_that_there_are_no_files_for_are_told_so()
    {
        const int Asked = 600;
        const int Fitting = 150;
        var answer = new Gate();
        await using var provider = await KestrelProvider.StartAsync(_ => answer.Opened.OrGiveUp());
        using var configuration = new ProcessConfiguration(provider.Address);
        await using var gateway = await GatewayProcess.StartAsync(
            configuration.Path, new Dictionary<string, string> { ["IDEMPOTENCY_GATEWAY__Listen__Http2__0"] = "http://127.0.0.1:0" }, openFiles: 700);
        using var client = new HttpClient(new SocketsHttpHandler { EnableMultipleHttp2Connections = true })
        {
            BaseAddress = gateway.Addresses[1],
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        var asked = Enumerable.Range(0, Asked).Select(_ => Answer.ReadAsync(client.GetAsync("/open/x"))).ToArray();
        await Eventually.TrueAsync("the others have their answer", () => asked.Count(one => one.IsCompleted) == Asked - Fitting);
        answer.Open();
        var statuses = (await Task.WhenAll(asked)).CountBy(one => one.Status).ToDictionary();

        Assert.Equal(new Dictionary<int, int> { [200] = Fitting, [503] = Asked - Fitting }, statuses);
    }

    /// <summary>Opens connections. Some are aborted, even while they are made; the others stay open.</summary>
    private static async Task<List<Socket>> CrowdAsync(Uri server, int size)
    {
        var crowd = new List<Socket>();
        for (var i = 0; i < size; i++)
        {
            var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
            crowd.Add(client);
            try
            {
                await client.ConnectAsync(server.Host, server.Port);
            }
            catch (SocketException cutOff) when (cutOff.SocketErrorCode == SocketError.ConnectionReset)
            {
            }
        }
        return crowd;
    }
}
