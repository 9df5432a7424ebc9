using System.Buffers;

namespace IdempotencyGateway.Core.Fraud.Devices;

/// <summary>What a User-Agent says by itself.</summary>
public static class UserAgent
{
    /// <summary>Programs that name themselves: command lines, scripts' libraries, browsers that somebody steers.</summary>
    private static readonly SearchValues<string> Machines = SearchValues.Create(
        [
            "curl/", "wget/", "httpie/", "python-requests", "python-urllib", "python-httpx", "aiohttp/", "go-http-client", "libwww-perl", "lwp::", "scrapy",
            "java/", "apache-httpclient", "node-fetch", "undici", "axios/", "got (", "postmanruntime", "insomnia/", "powershell/", "ruby", "guzzlehttp", "php/",
            "headlesschrome", "phantomjs", "electron/", "selenium", "webdriver", "puppeteer", "playwright", "cypress/", "htmlunit", "jsdom",
            "crawler", "spider", "slurp",
        ],
        StringComparison.OrdinalIgnoreCase);

    public static bool IsMissing(string? userAgent) => string.IsNullOrWhiteSpace(userAgent);

    /// <summary>It says so itself. A backend that calls an API does too: where those are the clients, weigh UA_BOT with 0.</summary>
    public static bool IsBot(string userAgent) => userAgent.AsSpan().ContainsAny(Machines) || NamesItselfBot(userAgent);

    /// <summary>"bot" at the end of a word (Googlebot/2.1, bot@example.com), but not the telephones called CUBOT.</summary>
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
