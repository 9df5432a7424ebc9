using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using IdempotencyGateway.Problems;
using SimulatedProvider;

namespace IdempotencyGateway.Hosting.Commands.Demo;

/// <summary>An application that calls a running gateway over real connections.</summary>
internal sealed class DemoClient(Uri gateway, SimulatedProviderHost provider) : IDisposable
{
    /// <summary>The address on the demo profile's list of bad addresses.</summary>
    public const string ListedAddress = "203.0.113.7";

    private readonly List<string> _told = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = gateway };

    /// <summary>The risk headers that the provider received with the calls that it echoed, one line each.</summary>
    public IReadOnlyList<string> Told => _told;

    /// <summary>Sends a call as a trusted proxy would for a client at this address; the provider answers with the request that it received.</summary>
    public async Task<string> EchoAsync(string key, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v3/echo") { Content = new StringContent(Body("user-1"), Encoding.UTF8, "application/json") };
        request.Headers.Add("x-api-key", "demo-key");
        request.Headers.Add("Idempotency-Key", key);
        request.Headers.Add("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0");
        request.Headers.Add("X-Forwarded-For", address);
        using var response = await _http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        using var echo = JsonDocument.Parse(body);
        foreach (var line in LinesOf(echo.RootElement.GetProperty("headers")).Where(line => line.StartsWith("Risk-", StringComparison.Ordinal)))
            _told.Add($"{address,-12}  {line}");
        return Describe((int)response.StatusCode, response.Headers.GetValues(GuardedHeaders.Status).Single(), body);
    }

    /// <param name="fault">The fault that the simulated provider shall simulate, or null.</param>
    /// <returns>The status, and the answer's Idempotency-Status or problem code.</returns>
    public async Task<string> CreateSessionAsync(string key, string? fault = null, string user = "user-1")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v3/session/") { Content = new StringContent(Body(user), Encoding.UTF8, "application/json") };
        request.Headers.Add("x-api-key", "demo-key");
        request.Headers.Add("Idempotency-Key", key);
        if (fault is not null)
            request.Headers.Add("X-Simulate", fault);
        using var response = await _http.SendAsync(request);
        var status = response.Headers.TryGetValues(GuardedHeaders.Status, out var values) ? values.Single() : null;
        return Describe((int)response.StatusCode, status, await response.Content.ReadAsStringAsync());
    }

    /// <summary>A POST as raw clients send it: no body and no Content-Length.</summary>
    public async Task<string> PingWithoutBodyAsync(string key, string? fault)
    {
        using var connection = await SendRawAsync("POST /v3/session/11111111-2222-3333-4444-555555555555/ping/ HTTP/1.1", key, fault, body: "", contentLength: false);
        using var reader = new StreamReader(connection.GetStream(), Encoding.Latin1);
        var answer = await reader.ReadToEndAsync();
        var head = answer.Split("\r\n\r\n", 2);
        var status = head[0].Split("\r\n").FirstOrDefault(line => line.StartsWith(GuardedHeaders.Status, StringComparison.OrdinalIgnoreCase));
        return Describe(int.Parse(head[0].AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture), status?.Split(": ")[1], head.ElementAtOrDefault(1) ?? "");
    }

    /// <summary>Sends the whole request, and resets the connection once the provider has received it.</summary>
    public async Task CreateSessionAndHangUpAsync(string key, string fault)
    {
        var delivered = provider.Executions.Delivered.WhenReachesAsync(provider.Executions.Delivered.Value + 1);
        using var connection = await SendRawAsync("POST /v3/session/ HTTP/1.1", key, fault, Body("user-1"), contentLength: true);
        await delivered;
        connection.LingerState = new(enable: true, seconds: 0);
    }

    public void Dispose() => _http.Dispose();

    private static string Body(string user) =>
        $$"""{"workflow_id":"11111111-2222-3333-4444-555555555555","vendor_data":"{{user}}","callback":"https://example.com/verification/callback"}""";

    private async Task<TcpClient> SendRawAsync(string requestLine, string key, string? fault, string body, bool contentLength)
    {
        var head = new StringBuilder()
            .Append(requestLine).Append("\r\nHost: demo\r\nConnection: close\r\nx-api-key: demo-key\r\nIdempotency-Key: ").Append(key).Append("\r\n");
        if (fault is not null)
            head.Append("X-Simulate: ").Append(fault).Append("\r\n");
        if (contentLength)
            head.Append("Content-Type: application/json; charset=utf-8\r\nContent-Length: ").Append(body.Length).Append("\r\n");
        head.Append("\r\n").Append(body);
        var connection = new TcpClient();
        await connection.ConnectAsync(gateway.Host, gateway.Port);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head.ToString()));
        return connection;
    }

    /// <param name="headers">A JSON object of names and arrays of values, as the provider echoes it.</param>
    private static IEnumerable<string> LinesOf(JsonElement headers) => headers.EnumerateObject()
        .SelectMany(header => header.Value.EnumerateArray(), (header, value) => $"{header.Name}: {value.GetString()}")
        .Order(StringComparer.Ordinal);

    private static string Describe(int status, string? idempotencyStatus, string body) =>
        idempotencyStatus is not null ? $"{status} {idempotencyStatus}" : $"{status} {CodeOf(body) ?? "answer"}";

    private static string? CodeOf(string body)
    {
        if (!body.StartsWith('{'))
            return null;
        using var json = JsonDocument.Parse(body);
        return json.RootElement.TryGetProperty("code", out var code) ? code.GetString() : null;
    }
}
