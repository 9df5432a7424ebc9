using System.Text;
using System.Text.Json;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tokens;

/// <summary>Fetches an issuer's keys from the configured address, within limits of size and time.</summary>
internal sealed class KeyDownload(TimeProvider clock) : IDisposable
{
    private const int LargestDocumentInBytes = 256 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false })
    {
        MaxResponseContentBufferSize = LargestDocumentInBytes,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Whether keys may be fetched from this address: over https, or over http from this machine only. Whoever can replace the keys can impersonate any caller.</summary>
    public static bool IsFit(Uri url) => url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback);

    /// <exception cref="KeyDownloadException">The keys cannot be fetched, for any reason. The message says why.</exception>
    public async Task<VerificationKeys> GetAsync(IssuerSnapshot issuer)
    {
        using var limit = new CancellationTokenSource(Patience, clock);
        var url = issuer.KeysUrl ?? await DiscoverAsync(issuer, limit.Token);
        return VerificationKeys.TryParse(await GetAsync(url, limit.Token), out var keys)
            ? keys
            : throw new KeyDownloadException($"{url} is neither a JWKS nor keys in PEM, or has more than 64 keys");
    }

    private async Task<Uri> DiscoverAsync(IssuerSnapshot issuer, CancellationToken cancellation)
    {
        var from = issuer.DiscoveryUrl;
        try
        {
            using var document = JsonDocument.Parse(await GetAsync(from, cancellation), Strict);
            if (document.RootElement.GetProperty("issuer"u8).GetString() != issuer.Issuer)
                throw new KeyDownloadException($"{from} is the discovery document of another issuer");
            return Uri.TryCreate(document.RootElement.GetProperty("jwks_uri"u8).GetString(), UriKind.Absolute, out var url) && IsFit(url)
                ? url
                : throw new KeyDownloadException($"{from} names no https address for the keys");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new KeyDownloadException($"{from} is not a discovery document", e);
        }
    }

    private async Task<string> GetAsync(Uri url, CancellationToken cancellation)
    {
        try
        {
            using var response = await _client.GetAsync(url, HttpCompletionOption.ResponseContentRead, cancellation);
            return response.IsSuccessStatusCode
                ? Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancellation))
                : throw new KeyDownloadException($"{url} answered {(int)response.StatusCode}");
        }
        catch (HttpRequestException e)
        {
            throw new KeyDownloadException($"{url} cannot be fetched ({e.HttpRequestError})", e);
        }
        catch (OperationCanceledException e)
        {
            throw new KeyDownloadException($"{url} did not answer within {Patience.TotalSeconds:0} s", e);
        }
    }

    public void Dispose() => _client.Dispose();
}

/// <summary>An issuer's keys could not be fetched.</summary>
internal sealed class KeyDownloadException(string message, Exception? inner = null) : Exception(message, inner);
