using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Providers;

/// <summary>Requests a token from an authorization server with the client credentials grant (RFC 6749 §4.4): one request, no retries, no redirects.</summary>
internal sealed class TokenEndpoint : IDisposable
{
    private const int MaxAnswerInBytes = 64 * 1024;
    private const int MaxTokenLength = 16 * 1024;

    /// <summary>The lifetime of a token if the server does not tell it.</summary>
    private static readonly TimeSpan UsualLifetime = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly OAuthClient _settings;
    private readonly HttpClient _http;

    /// <param name="certificate">The client certificate for servers that ask for one.</param>
    public TokenEndpoint(OAuthClient settings, ClientCertificateFile? certificate)
    {
        _settings = settings;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) };
        if (certificate is not null)
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate.Current;
        _http = new(handler) { Timeout = Patience, MaxResponseContentBufferSize = MaxAnswerInBytes };
    }

    public async Task<TokenAnswer> AskAsync()
    {
        try
        {
            using var request = await RequestAsync();
            using var response = await _http.SendAsync(request);
            return response.StatusCode == HttpStatusCode.OK
                ? Read(await response.Content.ReadAsByteArrayAsync())
                : new TokenAnswer.Failed(string.Create(CultureInfo.InvariantCulture, $"the token endpoint answered {(int)response.StatusCode}"));
        }
        catch (HttpRequestException e)
        {
            return new TokenAnswer.Failed($"the token endpoint could not be reached ({e.HttpRequestError})");
        }
        catch (OperationCanceledException)
        {
            return new TokenAnswer.Failed("the token endpoint did not answer in time");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new TokenAnswer.Failed($"the client's secret cannot be read from {_settings.ClientSecretFile}");
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpRequestMessage> RequestAsync()
    {
        var secret = (await File.ReadAllTextAsync(_settings.ClientSecretFile)).Trim();
        var form = new List<KeyValuePair<string, string>> { new("grant_type", "client_credentials") };
        if (_settings.Scope is { } scope)
            form.Add(new("scope", scope));
        if (_settings.Audience is { } audience)
            form.Add(new("audience", audience));
        if (_settings.Authentication == ClientAuthentication.Form)
            form.AddRange([new("client_id", _settings.ClientId), new("client_secret", secret)]);
        var request = new HttpRequestMessage(HttpMethod.Post, _settings.TokenUrl) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Accept.Add(new("application/json"));
        if (_settings.Authentication == ClientAuthentication.Basic)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Encode(_settings.ClientId)}:{Encode(secret)}")));
        return request;
    }

    /// <summary>Form-encodes a text, as RFC 6749 §2.3.1 requires of both parts of the header.</summary>
    private static string Encode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    private static TokenAnswer Read(byte[] answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            var members = document.RootElement;
            if (members.ValueKind != JsonValueKind.Object
                || !members.TryGetProperty("access_token", out var token) || token.ValueKind != JsonValueKind.String
                || token.GetString() is not { Length: > 0 and <= MaxTokenLength } value || !value.All(IsVisible))
            {
                return new TokenAnswer.Failed("the token endpoint answered without a token");
            }
            if (!members.TryGetProperty("token_type", out var type) || type.ValueKind != JsonValueKind.String
                || !string.Equals(type.GetString(), "Bearer", StringComparison.OrdinalIgnoreCase))
            {
                return new TokenAnswer.Failed("the token endpoint answered with a token that is not a bearer token");
            }
            return new TokenAnswer.Granted(new(value), LifetimeIn(members));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new TokenAnswer.Failed("the token endpoint answered with invalid JSON");
        }
    }

    private static bool IsVisible(char c) => c is > ' ' and <= '~';

    /// <summary>The value is a number or, from some servers, a string with a number.</summary>
    private static TimeSpan LifetimeIn(JsonElement members)
    {
        if (!members.TryGetProperty("expires_in", out var given))
            return UsualLifetime;
        var seconds = given.ValueKind switch
        {
            JsonValueKind.Number when given.TryGetDouble(out var number) => number,
            JsonValueKind.String when double.TryParse(given.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
            _ => UsualLifetime.TotalSeconds,
        };
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, TimeSpan.FromDays(365).TotalSeconds));
    }
}
