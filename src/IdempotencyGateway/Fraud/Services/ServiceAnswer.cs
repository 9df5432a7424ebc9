using System.Buffers;

namespace IdempotencyGateway.Fraud.Services;

/// <summary>What a service said of a request.</summary>
/// <param name="Score">0 to 100.</param>
/// <param name="Codes">Its own reasons, made harmless by <see cref="Cleaned"/>; empty when it gave none.</param>
internal sealed record ServiceAnswer(double Score, string Codes)
{
    public const int MaxCodes = 8;
    private const int MaxCodeLength = 32;
    private const char Stranger = '-';

    private static readonly SearchValues<char> Characters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:");

    /// <summary>
    /// Somebody else's words, on their way into a header: each cut to 32 characters, in which all but letters, digits and "_-.:" become "-", each once, separated by
    /// blanks.
    /// </summary>
    public static string Cleaned(IEnumerable<string> codes) => string.Join(' ', codes.Select(Cleaned).Distinct(StringComparer.Ordinal).Take(MaxCodes));

    private static string Cleaned(string code) => string.Create(Math.Min(code.Length, MaxCodeLength), code, static (clean, code) =>
    {
        for (var at = 0; at < clean.Length; at++)
            clean[at] = Characters.Contains(code[at]) ? code[at] : Stranger;
    });
}
