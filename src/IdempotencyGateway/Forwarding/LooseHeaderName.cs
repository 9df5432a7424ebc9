namespace IdempotencyGateway.Forwarding;

/// <summary>
/// Compares header names as servers do that pass headers as variables (CGI and its successors): <c>Risk-Score</c>, <c>risk_score</c> and <c>Risk.Score</c> are the same name to them. So letter
/// case does not matter, and every character that is no letter or digit counts as a dash.
/// </summary>
internal static class LooseHeaderName
{
    /// <param name="expected">Letters, digits and dashes.</param>
    public static bool Is(ReadOnlySpan<char> name, string expected) => name.Length == expected.Length && StartsWith(name, expected);

    /// <inheritdoc cref="Is"/>
    public static bool StartsWith(ReadOnlySpan<char> name, string expected)
    {
        if (name.Length < expected.Length)
            return false;
        for (var at = 0; at < expected.Length; at++)
        {
            if (Plain(name[at]) != Plain(expected[at]))
                return false;
        }
        return true;
    }

    private static char Plain(char character) => char.IsAsciiLetterOrDigit(character) ? char.ToLowerInvariant(character) : '-';
}
