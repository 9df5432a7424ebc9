using System.Collections.Frozen;
using System.Net;
using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

/// <summary>Reads the policies, by name, and the peers and issuers that they may trust.</summary>
internal sealed record IdempotencySection(
    IReadOnlyList<IPNetwork> TrustedPeers, FrozenDictionary<string, IssuerSnapshot> Issuers, FrozenDictionary<string, IdempotencyPolicy> Policies)
{
    private const int MaxPolicies = 256;
    private const int MaxIssuers = 64;
    private const int MaxNameLength = 64;

    public static IdempotencySection Read(SectionReader section, LimitsSnapshot limits, ListenSnapshot listen)
    {
        var peers = section.List("TrustedPeers", ValueForms.Network, min: 0, max: 256) ?? [];
        var mayTrust = peers.Count > 0 || !section.AreRight("TrustedPeers");
        var issuers = IssuersSection.Read(section.Section("Issuers"));
        if (issuers.Count > MaxIssuers)
            section.Reject("Issuers", $"has {issuers.Count} issuers: write at most {MaxIssuers}.");
        var entries = section.Section("Policies");
        if (entries.Names.Count > MaxPolicies)
            section.Reject("Policies", $"has {entries.Names.Count} policies: write at most {MaxPolicies}.");

        var policies = new Dictionary<string, IdempotencyPolicy>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in entries.Names)
        {
            if (name.Length > MaxNameLength || !HttpToken.IsValid(name))
                entries.Reject(name, $"is not a policy name: write 1 to {MaxNameLength} letters, digits, dashes or dots.");
            var entry = entries.Section(name);
            var policy = PolicySection.Read(name, entry, issuers);
            policies.Add(name, policy);
            if (policy.Caller.Scope == CallerScopeKind.Header && !mayTrust)
                entry.Reject("Caller:Scope", "is Header, but no peer is trusted to send the header: name the peers in Idempotency:TrustedPeers.");
            if (policy.Caller.Scope == CallerScopeKind.ClientCertificate && listen.Tls is not { ClientCertificates: not ClientCertificates.Off })
                entry.Reject("Caller:Scope", "is ClientCertificate, but clients are not asked for one: set Listen:Tls:ClientCertificates and ClientCaFile.");
            if (policy.MaxRequestBodyBytes > limits.BufferedBodiesBytes && entry.AreRight("MaxRequestBody"))
            {
                entry.Reject("MaxRequestBody", $"is {SizeText.Format(policy.MaxRequestBodyBytes)}, more than Limits:BufferedBodies allows for "
                    + $"all requests together ({SizeText.Format(limits.BufferedBodiesBytes)}): lower it, or raise BufferedBodies.");
            }
            else if (policy.MaxRequestBodyBytes > limits.BufferedBodiesPerCallerBytes && entry.AreRight("MaxRequestBody"))
            {
                entry.Reject("MaxRequestBody", $"is {SizeText.Format(policy.MaxRequestBodyBytes)}, more than Limits:BufferedBodiesPerCaller allows for "
                    + $"one caller ({SizeText.Format(limits.BufferedBodiesPerCallerBytes)}): lower it, or raise BufferedBodiesPerCaller.");
            }
        }
        return new(peers, issuers, policies.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase));
    }
}
