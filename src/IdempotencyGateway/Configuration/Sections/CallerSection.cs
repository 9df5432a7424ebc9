using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class CallerSection
{
    public static CallerPolicy Read(SectionReader section)
    {
        var defaults = new CallerPolicy();
        var scope = section.Value("Scope", defaults.Scope, ValueForms.Choice<CallerScopeKind>());
        var headers = section.List("Headers", ValueForms.HeaderName, min: 1, max: 16)?
            .Select(h => h.ToLowerInvariant())
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        var certificate = section.Value("Certificate", defaults.Certificate, ValueForms.Choice<CertificateName>());
        var from = section.List("From", ValueForms.Source, min: 1, max: 16);
        if (section.AreRight("Scope", "Headers"))
            Compare(section, scope, headers);
        if (section.AreRight("Scope", "From") && scope != CallerScopeKind.Credentials && from is not null)
            section.Reject("From", $"means nothing with Scope {scope}: it names where credentials are, for Scope Credentials.");
        return new()
        {
            Scope = scope,
            From = from ?? defaults.From,
            Certificate = certificate,
            Headers = scope switch
            {
                // The configured ones join the usual ones: leaving Authorization out would let two callers share a key.
                CallerScopeKind.Credentials => [.. defaults.Headers.Union(headers ?? [], StringComparer.Ordinal)],
                CallerScopeKind.Header => headers ?? [],
                CallerScopeKind.ClientCertificate or CallerScopeKind.None => [],
                _ => throw new InvalidOperationException($"no headers for {scope}"),
            },
        };
    }

    private static void Compare(SectionReader section, CallerScopeKind scope, string[]? headers)
    {
        if (scope == CallerScopeKind.Header && headers is not { Length: 1 })
        {
            section.Reject("Headers", "must name exactly one header with Scope Header, the one in which a trusted peer names the caller: "
                + "write [\"x-caller\"].");
        }
        if (scope == CallerScopeKind.ClientCertificate && headers is not null)
            section.Reject("Headers", "means nothing with Scope ClientCertificate, where the connection tells the caller: remove it.");
        if (scope == CallerScopeKind.None && headers is not null)
            section.Reject("Headers", "means nothing with Scope None, where all callers share their keys: remove it or write another Scope.");
    }
}
