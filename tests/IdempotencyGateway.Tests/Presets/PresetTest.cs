using System.Text;
using IdempotencyGateway.Tests.HouseRules;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Presets;

/// <summary>Base class for tests of a preset file from config/presets, with a scripted provider as its only destination. Requests are written as the providers' clients send them.</summary>
#pragma warning disable CA1001 // xunit disposes it through IAsyncLifetime
public abstract class PresetTest(string preset, string cluster) : IAsyncLifetime
#pragma warning restore CA1001
{
    private GatewayUnderTest? _gateway;
    private ScriptedProvider? _provider;

    protected GatewayUnderTest Gateway => _gateway ?? throw new InvalidOperationException("Begin first");

    protected ScriptedProvider Provider => _provider ?? throw new InvalidOperationException("Begin first");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_provider is not null)
            await _provider.DisposeAsync();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
    }

    /// <param name="script">One step per delivery; the last step repeats.</param>
    protected async Task BeginAsync(params Step[] script)
    {
        _provider = ScriptedProvider.Start(script);
        var file = Path.Combine(Repository.Root, "config", "presets", preset + ".json");
        _gateway = await GatewayUnderTest.StartFromAsync(file, $"ReverseProxy:Clusters:{cluster}:Destinations:primary:Address={_provider.Address}");
    }

    /// <param name="headers">"Name: value" lines, including Content-Type.</param>
    protected Task<Answer> AskAsync(string method, string path, string? body, params string[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        foreach (var (name, value) in headers.Select(header => header.Split(": ", 2)).Select(parts => (parts[0], parts[1])))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content!.Headers.TryAddWithoutValidation(name, value);
        }
        return Gateway.AskAsync(request);
    }

    /// <summary>A multipart form with one file. SDKs draw a new boundary for every call.</summary>
    protected static string Multipart(string boundary, string field, string content) =>
        $"--{boundary}\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\npassport\r\n"
        + $"--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"front.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n{content}\r\n--{boundary}--\r\n";

    protected string BodyOf(int delivery) => Encoding.UTF8.GetString(Provider.Deliveries[delivery].Body.Content);
}
