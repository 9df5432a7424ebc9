namespace IdempotencyGateway.Configuration.Reading;

/// <summary>Quotes a wrong value in a message. User information and query of an address are masked, because they may hold secrets.</summary>
internal static class QuotedValue
{
    private const string Hidden = "***";

    public static string Of(string value) => $"\"{WithoutQuery(WithoutUser(value))}\"";

    private static string WithoutUser(string value)
    {
        var end = value.LastIndexOf('@');
        var host = HostStart(value);
        return end < 0 ? value : $"{(host < end ? value[..host] : "")}{Hidden}{value[end..]}";
    }

    private static string WithoutQuery(string value)
    {
        var host = HostStart(value);
        var query = host == 0 ? -1 : value.IndexOfAny(['?', '#'], host);
        return query < 0 ? value : value[..(query + 1)] + Hidden;
    }

    /// <returns>The index after the scheme; 0 when there is no scheme.</returns>
    private static int HostStart(string value) => value.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0;
}
