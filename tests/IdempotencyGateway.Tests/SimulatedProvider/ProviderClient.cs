using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.SimulatedProvider;

/// <summary>A client for the simulated provider with short forms for requests.</summary>
internal sealed class ProviderClient(Uri address, Version? version = null) : IDisposable
{
    public const string SessionPath = "/v3/session/";
    public const string SessionBody = """{"workflow_id":"w-1","vendor_data":"user-1"}""";

    private readonly HttpClient _http = new()
    {
        BaseAddress = address,
        Timeout = Patience.Limit,
    };

    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers) =>
        SendAsync(method, path, json is null ? null : JsonContent(json), headers);

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = content,
            Version = version ?? HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (!headers.Any(header => header.Name == "x-api-key"))
            request.Headers.Add("x-api-key", "k");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await _http.SendAsync(request);
    }

    /// <summary>Creates a session, asserting the status 201.</summary>
    public Task<JsonElement> CreateSessionAsync(params (string Name, string Value)[] headers) =>
        ReadAsync(HttpStatusCode.Created, SendAsync(HttpMethod.Post, SessionPath, SessionBody, headers));

    public static async Task<JsonElement> ReadAsync(HttpStatusCode expected, Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == response.StatusCode, $"{(int)response.StatusCode} {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    public static async Task<string> ReadTextAsync(HttpStatusCode expected, Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        Assert.Equal(expected, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    public void Dispose() => _http.Dispose();

    private static StringContent JsonContent(string json) =>
        new(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
}
