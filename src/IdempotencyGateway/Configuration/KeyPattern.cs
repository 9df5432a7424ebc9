using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace IdempotencyGateway.Configuration;

/// <summary>The form that keys have on a route, where not any will do.</summary>
public sealed class KeyPattern
{
    private readonly Regex _whole;

    private KeyPattern(string text)
    {
        // By itself first: "a)|(b" is an expression only within the brackets.
        _ = Expression(text);
        (Text, _whole) = (text, Whole(text));
    }

    /// <summary>The regular expression, which the whole key has to fit.</summary>
    public string Text { get; }

    /// <returns>False for what is not a regular expression, an empty one, which no key fits, or one whose time is not bounded by the key's length.</returns>
    public static bool TryParse(string text, [MaybeNullWhen(false)] out KeyPattern pattern)
    {
        pattern = null;
        if (text.Length == 0)
            return false;
        try
        {
            pattern = new(text);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    public bool Fits(string key) => _whole.IsMatch(key);

    private static Regex Whole(string text)
    {
        try
        {
            return Expression($@"\A(?:{text})\z");
        }
        catch (ArgumentException)
        {
            // With (?x), which ignores line ends, a comment at the end takes the rest of its line with it.
            return Expression($"\\A(?:{text}\n)\\z");
        }
    }

    private static Regex Expression(string text) => new(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
}
