using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace IdempotencyGateway.Configuration;

/// <summary>The regular expression that a route's keys must match as a whole.</summary>
public sealed class KeyPattern
{
    private readonly Regex _whole;

    private KeyPattern(string text)
    {
        // Parsed by itself first: "a)|(b" would be valid only within the added brackets.
        _ = Expression(text);
        (Text, _whole) = (text, Whole(text));
    }

    public string Text { get; }

    /// <returns>False if the text is not a regular expression, is empty (no key would match), or needs backtracking, so that its time is not bounded by the key's length.</returns>
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
            // With (?x) the text may end in a comment, which would include the added brackets. There, the added line end ends the comment and is otherwise ignored.
            return Expression($"\\A(?:{text}\n)\\z");
        }
    }

    private static Regex Expression(string text) => new(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
}
