using System.Buffers;

namespace IdempotencyGateway.Core.Fraud.Devices;

/// <summary>Classifies a User-Agent by its text alone.</summary>
public static class UserAgent
{
    /// <summary>The names of command-line tools, HTTP libraries and automated browsers.</summary>
    private static readonly SearchValues<string> Machines = SearchValues.Create(
        [
            "curl/", "wget/", "httpie/", "python-requests", "python-urllib", "python-httpx", "aiohttp/", "go-http-client", "libwww-perl", "lwp::", "scrapy",
            "java/", "apache-httpclient", "node-fetch", "undici", "axios/", "got (", "postmanruntime", "insomnia/", "powershell/", "ruby", "guzzlehttp", "php/",
            "headlesschrome", "phantomjs", "electron/", "selenium", "webdriver", "puppeteer", "playwright", "cypress/", "htmlunit", "jsdom",
            "crawler", "spider", "slurp",
        ],
        StringComparison.OrdinalIgnoreCase);

    public static bool IsMissing(string? userAgent) => string.IsNullOrWhiteSpace(userAgent);

    /// <summary>Whether the client identifies itself as a program. So does a backend that calls an API; where the clients are backends, set the weight of UA_BOT to 0.</summary>
    public static bool IsBot(string userAgent) => userAgent.AsSpan().ContainsAny(Machines) || NamesItselfBot(userAgent);

    /// <summary>Finds "bot" at the end of a word (Googlebot/2.1, bot@example.com), except in the phone brand CUBOT.</summary>
    private static bool NamesItselfBot(ReadOnlySpan<char> rest)
    {
        for (var at = rest.IndexOf("bot", StringComparison.OrdinalIgnoreCase); at >= 0; at = rest.IndexOf("bot", StringComparison.OrdinalIgnoreCase))
        {
            var isWordEnd = at + 3 == rest.Length || !char.IsAsciiLetter(rest[at + 3]);
            if (isWordEnd && !rest[..at].EndsWith("cu", StringComparison.OrdinalIgnoreCase))
                return true;
            rest = rest[(at + 3)..];
        }
        return false;
    }
}
