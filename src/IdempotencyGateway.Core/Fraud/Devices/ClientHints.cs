using System.Globalization;

namespace IdempotencyGateway.Core.Fraud.Devices;

/// <summary>A browser's client hints, which complement User-Agent. Programs that copy a browser's User-Agent often omit them, or copy those of another browser.</summary>
/// <param name="Brands">Sec-CH-UA: <c>"Chromium";v="141", "Not?A_Brand";v="8"</c>.</param>
/// <param name="Mobile">Sec-CH-UA-Mobile: <c>?0</c>.</param>
/// <param name="Platform">Sec-CH-UA-Platform: <c>"Windows"</c>.</param>
public readonly record struct ClientHints(string? Brands, string? Mobile, string? Platform)
{
    /// <summary>
    /// Whether a hint contradicts the User-Agent. Missing and unreadable hints contradict nothing: many clients send none, and proxies drop them.
    /// </summary>
    public bool Contradict(string userAgent) => PlatformContradicts(userAgent) || MobileContradicts(userAgent) || BrandsContradict(userAgent);

    private bool PlatformContradicts(string userAgent) => Platform.AsSpan().Trim(" \t\"") switch
    {
        "Windows" => !Says(userAgent, "Windows"),
        "macOS" => !Says(userAgent, "Macintosh"),
        "Linux" => !Says(userAgent, "Linux") && !Says(userAgent, "X11"),
        // A phone that requests the desktop site reports Linux in its User-Agent.
        "Android" => !Says(userAgent, "Android") && !Says(userAgent, "Linux"),
        "iOS" => !Says(userAgent, "iPhone") && !Says(userAgent, "iPad") && !Says(userAgent, "Macintosh"),
        "Chrome OS" or "Chromium OS" => !Says(userAgent, "CrOS"),
        _ => false,
    };

    private bool MobileContradicts(string userAgent) => Mobile.AsSpan().Trim(" \t") switch
    {
        "?1" => !Says(userAgent, "Mobile") && !Says(userAgent, "Android") && !Says(userAgent, "iPhone"),
        "?0" => Says(userAgent, "iPhone") || (Says(userAgent, "Android") && Says(userAgent, "Mobile")),
        _ => false,
    };

    /// <summary>Only Chromium-based browsers send brands, with the same Chromium version as in User-Agent.</summary>
    private bool BrandsContradict(string userAgent)
    {
        if (Version(Brands, "\"Chromium\";v=\"") is not { } chromium)
            return false;
        return Says(userAgent, "Firefox/")
            || (Version(userAgent, "Chrome/") is { } chrome ? chrome != chromium : Says(userAgent, "Mozilla/") && !Says(userAgent, "CriOS/"));
    }

    /// <summary>The whole number that follows a text.</summary>
    private static int? Version(string? text, string before)
    {
        var at = text.AsSpan().IndexOf(before);
        if (at < 0)
            return null;
        var digits = text.AsSpan(at + before.Length);
        var end = 0;
        while (end < digits.Length && char.IsAsciiDigit(digits[end]))
            end++;
        return int.TryParse(digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
    }

    private static bool Says(string userAgent, string word) => userAgent.Contains(word, StringComparison.Ordinal);
}
