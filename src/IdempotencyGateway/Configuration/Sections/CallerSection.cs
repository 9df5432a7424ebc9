using System.Collections.Frozen;
using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class CallerSection
{
    /// <param name="issuers">By name, in any letter case.</param>
    public static CallerPolicy Read(SectionReader section, FrozenDictionary<string, IssuerSnapshot> issuers)
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
            section.Reject("From", $"has no effect with Scope {scope}: it names places of credentials, for Scope Credentials. Remove it.");
        return new()
        {
            Scope = scope,
            From = from ?? defaults.From,
            Certificate = certificate,
            Issuer = ReadIssuer(section, scope, issuers),
            Headers = scope switch
            {
                // Configured headers are added to the defaults: without Authorization, two callers could share their keys.
                CallerScopeKind.Credentials => [.. defaults.Headers.Union(headers ?? [], StringComparer.Ordinal)],
                CallerScopeKind.Header => headers ?? [],
                CallerScopeKind.ClientCertificate or CallerScopeKind.Jwt or CallerScopeKind.None => [],
                _ => throw new InvalidOperationException($"no headers for {scope}"),
            },
        };
    }

    private static IssuerSnapshot? ReadIssuer(SectionReader section, CallerScopeKind scope, FrozenDictionary<string, IssuerSnapshot> issuers)
    {
        var name = section.Value("Issuer", "", IssuersSection.Name);
        if (!section.AreRight("Scope", "Issuer") || (scope != CallerScopeKind.Jwt && name.Length == 0))
            return null;
        if (scope != CallerScopeKind.Jwt)
            section.Reject("Issuer", $"has no effect with Scope {scope}: it names the issuer of tokens, for Scope Jwt. Remove it.");
        else if (name.Length == 0)
            section.Reject("Issuer", "is missing: name the entry of Idempotency:Issuers whose tokens are accepted.");
        else if (!issuers.ContainsKey(name))
            section.Reject("Issuer", NearestName.Unknown(name, "Idempotency:Issuers", issuers.Keys));
        return issuers.GetValueOrDefault(name);
    }

    private static void Compare(SectionReader section, CallerScopeKind scope, string[]? headers)
    {
        if (scope == CallerScopeKind.Header && headers is not { Length: 1 })
        {
            section.Reject("Headers", "must name exactly one header with Scope Header, the one in which a trusted peer names the caller: "
                + "write [\"x-caller\"].");
        }
        if (scope is CallerScopeKind.ClientCertificate or CallerScopeKind.Jwt && headers is not null)
            section.Reject("Headers", $"has no effect with Scope {scope}, where the {(scope == CallerScopeKind.Jwt ? "token" : "connection")} identifies the caller: remove it.");
        if (scope == CallerScopeKind.None && headers is not null)
            section.Reject("Headers", "has no effect with Scope None, where all callers share their keys: remove it or write another Scope.");
    }
}
