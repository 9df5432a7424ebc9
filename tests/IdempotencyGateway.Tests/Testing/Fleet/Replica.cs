namespace IdempotencyGateway.Tests.Testing.Fleet;

/// <summary>One gateway process of a fleet, with an HTTP client for it.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private readonly HttpClient _client;

    private Replica(GatewayProcess process)
    {
        Process = process;
        _client = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = process.Address };
    }

    public GatewayProcess Process { get; }

    public static async Task<Replica> StartAsync(string configuration) => new(await GatewayProcess.StartAsync(configuration));

    /// <summary>Sends one session request with this key. The provider counts executions per key.</summary>
    public async Task<FleetAnswer> AskAsync(string key, CancellationToken cancellation = default)
    {
        using var request = GatewayUnderTest.Post(key, path: "/v3/session/");
        try
        {
            using var response = await _client.SendAsync(request, cancellation);
            return await FleetAnswer.ReadAsync(response, cancellation);
        }
        catch (HttpRequestException)
        {
            return new(FleetOutcome.Unreached, "");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Process.DisposeAsync();
    }
}
