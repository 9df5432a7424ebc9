namespace IdempotencyGateway.Tests.HouseRules;

/// <summary>A minimal C# lexer that tells code from comments and literals. Its input has already compiled, so it need not detect errors.</summary>
internal static class CSharpText
{
    public static string Blank(string text)
    {
        var code = text.ToCharArray();
        for (var at = 0; at < text.Length;)
        {
            var end = EndOfNonCode(text, at);
            for (var i = at; i < end; i++)
            {
                code[i] = text[i] is '\n' or '\r' ? text[i] : ' ';
            }

            at = Math.Max(end, at + 1);
        }

        return new string(code);
    }

    /// <summary>The end of the comment, literal or directive that starts at <paramref name="at"/>; <paramref name="at"/> itself if none starts there.</summary>
    private static int EndOfNonCode(string text, int at) => text[at] switch
    {
        '/' when Follows(text, at, "//") => EndOfLine(text, at),
        '/' when Follows(text, at, "/*") => After(text, "*/", at + 2),
        '#' when StartsLine(text, at) => EndOfLine(text, at),
        '\'' => EndOfQuoted(text, at + 1, '\''),
        '"' or '@' or '$' => EndOfString(text, at),
        _ => at,
    };

    private static int EndOfString(string text, int at)
    {
        var open = at;
        while (open < text.Length && text[open] is '$' or '@')
        {
            open++;
        }

        if (open == text.Length || text[open] != '"')
        {
            return at;
        }

        var prefix = text.AsSpan(at, open - at);
        var quotes = text.AsSpan(open).IndexOfAnyExcept('"') is var count and >= 0 ? count : text.Length - open;
        if (quotes >= 3 && !prefix.Contains('@'))
        {
            return After(text, new string('"', quotes), open + quotes);
        }

        return EndOfQuoted(text, open + 1, '"', verbatim: prefix.Contains('@'), interpolated: prefix.Contains('$'));
    }

    private static int EndOfQuoted(string text, int at, char quote, bool verbatim = false, bool interpolated = false)
    {
        while (at < text.Length)
        {
            if (!verbatim && text[at] == '\\')
            {
                at += 2;
            }
            else if ((verbatim && Follows(text, at, "\"\"")) || (interpolated && Follows(text, at, "{{")))
            {
                at += 2;
            }
            else if (text[at] == quote)
            {
                return at + 1;
            }
            else
            {
                at = interpolated && text[at] == '{' ? EndOfHole(text, at + 1) : at + 1;
            }
        }

        return text.Length;
    }

    private static int EndOfHole(string text, int at)
    {
        for (var depth = 1; at < text.Length;)
        {
            depth += text[at] switch { '{' => 1, '}' => -1, _ => 0 };
            at = Math.Max(EndOfNonCode(text, at), at + 1);
            if (depth == 0)
            {
                return at;
            }
        }

        return text.Length;
    }

    private static bool Follows(string text, int at, string what) => string.CompareOrdinal(text, at, what, 0, what.Length) == 0;

    private static bool StartsLine(string text, int at) => text.AsSpan(0, at).TrimEnd([' ', '\t']) is [] or [.., '\n'];

    private static int EndOfLine(string text, int at) => text.IndexOf('\n', at) is var end and >= 0 ? end : text.Length;

    private static int After(string text, string what, int at) =>
        text.IndexOf(what, at, StringComparison.Ordinal) is var found and >= 0 ? found + what.Length : text.Length;
}
