using System.Buffers;

namespace IdempotencyGateway.Fraud.Services;

/// <summary>An external service's answer about a request.</summary>
/// <param name="Score">0 to 100.</param>
/// <param name="Codes">The service's own reason codes, sanitized by <see cref="Cleaned"/>; empty when it gave none.</param>
internal sealed record ServiceAnswer(double Score, string Codes)
{
    public const int MaxCodes = 8;
    private const int MaxCodeLength = 32;
    private const char Replacement = '-';

    private static readonly SearchValues<char> Characters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:");

    /// <summary>
    /// Sanitizes codes for a header: each is truncated to 32 characters, and every character except letters, digits and "_-.:" becomes "-". Duplicates are dropped; the rest is
    /// joined with spaces.
    /// </summary>
    public static string Cleaned(IEnumerable<string> codes) => string.Join(' ', codes.Select(Cleaned).Distinct(StringComparer.Ordinal).Take(MaxCodes));

    private static string Cleaned(string code) => string.Create(Math.Min(code.Length, MaxCodeLength), code, static (clean, code) =>
    {
        for (var at = 0; at < clean.Length; at++)
            clean[at] = Characters.Contains(code[at]) ? code[at] : Replacement;
    });
}
