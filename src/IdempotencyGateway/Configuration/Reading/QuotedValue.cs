namespace IdempotencyGateway.Configuration.Reading;

/// <summary>A wrong value as a message may show it. What stands in an address before its host, or behind its path, may be a secret.</summary>
internal static class QuotedValue
{
    private const string Hidden = "***";

    public static string Of(string value) => $"\"{WithoutQuery(WithoutUser(value))}\"";

    private static string WithoutUser(string value)
    {
        var end = value.LastIndexOf('@');
        var host = BehindScheme(value);
        return end < 0 ? value : $"{(host < end ? value[..host] : "")}{Hidden}{value[end..]}";
    }

    private static string WithoutQuery(string value)
    {
        var host = BehindScheme(value);
        var query = host == 0 ? -1 : value.IndexOfAny(['?', '#'], host);
        return query < 0 ? value : value[..(query + 1)] + Hidden;
    }

    /// <returns>0 where there is none.</returns>
    private static int BehindScheme(string value) => value.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0;
}
