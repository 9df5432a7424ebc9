using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class KeySection
{
    /// <summary>Headers that cannot carry a key, because they frame, route, authenticate or describe a request. Content-… headers cannot, either.</summary>
    private static readonly string[] Taken =
    [
        "authorization", "proxy-authorization", "cookie", "host", "connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "expect",
        "allow", "expires", "last-modified", "date",
    ];

    private static readonly ValueForm<string> Header = ValueForms.Text(
        "a header name, such as X-Request-Id, that says nothing else in a request (Authorization, Host, Content-Type and their like do)", IsFree);

    private static readonly ValueForm<string> FirstSentHeader = ValueForms.Text(
        "a header name, such as Repeatability-First-Sent, that says nothing else in a request and the same on every retry (Date says when this attempt was made)", IsFree);

    private static readonly ValueForm<KeyPattern> Pattern = new(
        "a regular expression for whole keys, without look-around and back-references, such as [0-9A-Fa-f-]{36}", KeyPattern.TryParse, pattern => pattern.Text);

    public static KeyPolicy Read(SectionReader section)
    {
        var defaults = new KeyPolicy();
        var header = section.Value("Header", defaults.Header, Header);
        var firstSent = section.ValueOrNone("FirstSent", defaults.FirstSent!, FirstSentHeader);
        if (header.Equals(firstSent, StringComparison.OrdinalIgnoreCase) && section.AreRight("Header", "FirstSent"))
            section.Reject("FirstSent", "is the same header as Header: name another one, or write none.");
        return new()
        {
            Header = header,
            Pattern = section.Optional("Pattern", Pattern),
            From = section.List("From", ValueForms.KeySource, min: 0, max: 8) ?? defaults.From,
            Required = section.Value("Required", defaults.Required, ValueForms.Boolean),
            Per = section.Value("Per", defaults.Per, ValueForms.Choice<KeyPer>()),

            FirstSent = firstSent,

            // By default the provider gets the same header that the client sent.
            ForwardAs = section.ValueOrNone("ForwardAs", header, Header),
        };
    }

    private static bool IsFree(string name) => HttpToken.IsValid(name)
        && !Taken.Contains(name, StringComparer.OrdinalIgnoreCase)
        && !name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);
}
