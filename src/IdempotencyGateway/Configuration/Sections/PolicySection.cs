using System.Collections.Frozen;
using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

/// <summary>Reads one named policy. Each part has a reader of its own; rules that involve several parts are here.</summary>
internal static class PolicySection
{
    private static readonly ValueForm<TimeSpan> Lease = ValueForms.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
    private static readonly ValueForm<TimeSpan> Deadline = ValueForms.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
    private static readonly ValueForm<TimeSpan> Retention = ValueForms.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650));
    private static readonly ValueForm<long> MaxRequestBody = ValueForms.Size(min: 1, max: 1 << 30);

    private static readonly ValueForm<SubjectSource> Subject = new(
        "a place in the exchange: header:<name>, json:/<pointer>, form:<field>, path:<parameter> of the route's path, claim:<name> of the caller's token, or answer:/<pointer>",
        SubjectSource.TryParse,
        source => source.ToString())
    {
        Shape = new("string") { Pattern = "^(header|json|form|path|claim|answer):.+$" },
    };

    public static IdempotencyPolicy Read(string name, SectionReader section, FrozenDictionary<string, IssuerSnapshot> issuers)
    {
        var defaults = new IdempotencyPolicy { Name = name };
        var methods = section.List("Methods", ValueForms.Method, min: 1, max: 16);
        var policy = new IdempotencyPolicy
        {
            Name = name,
            DryRun = section.Value("DryRun", defaults.DryRun, ValueForms.Boolean),
            Methods = methods?.ToFrozenSet(StringComparer.OrdinalIgnoreCase) ?? defaults.Methods,
            Key = KeySection.Read(section.Section("Key")),
            Caller = CallerSection.Read(section.Section("Caller"), issuers),
            ConsentFrom = section.Section("Consent").List("From", ValueForms.Source, min: 1, max: 8) ?? defaults.ConsentFrom,
            Fingerprint = FingerprintSection.Read(section.Section("Fingerprint")),
            InFlight = InFlightSection.Read(section.Section("InFlight")),
            Lease = section.Value("Lease", defaults.Lease, Lease),
            Deadline = section.Value("Deadline", defaults.Deadline, Deadline),
            Retention = section.Value("Retention", defaults.Retention, Retention),
            MaxRequestBodyBytes = section.Value("MaxRequestBody", defaults.MaxRequestBodyBytes, MaxRequestBody),
            Record = RecordSection.Read(section.Section("Record")),
            Subject = section.List("Subject", Subject, min: 0, max: 8) ?? defaults.Subject,
            Erase = EraseSection.Read(section.Section("Erase")),
            OnUnknown = section.Value("OnUnknown", defaults.OnUnknown, ValueForms.Choice<OnUnknown>()),
            OnStoreDown = section.Value("OnStoreDown", defaults.OnStoreDown, ValueForms.Choice<OnStoreDown>()),
        };
        Compare(policy, section);
        if (section.AreRight("Caller:Scope") && policy.Caller.Scope != CallerScopeKind.Jwt)
        {
            RejectClaims("Subject", policy.Subject);
            RejectClaims("Erase:Subject", policy.Erase?.Subject ?? []);
        }
        return policy;

        void RejectClaims(string name, IReadOnlyList<SubjectSource> sources)
        {
            if (sources.OfType<SubjectSource.Claim>().FirstOrDefault() is { } claim)
                section.Reject(name, $"has {claim}, but only a verified token is believed: write Caller:Scope Jwt, or name another place in the exchange.");
        }
    }

    private static void Compare(IdempotencyPolicy policy, SectionReader section)
    {
        // If a record expired while its call may still run, a retry would be sent a second time.
        if (section.AreRight("Deadline", "Retention") && policy.Retention <= policy.Deadline)
        {
            section.Reject("Retention", $"is {DurationText.Format(policy.Retention)}, not longer than the Deadline of "
                + $"{DurationText.Format(policy.Deadline)}: a key would be forgotten while its call still runs. Raise it, or lower the Deadline.");
        }
        if (policy.Erase is not null && policy.Caller.From.Any(source => source.NeedsBody))
            section.Reject("Erase", "requires that the request's head identifies the caller, but Caller:From has a place in the body: use a separate policy for requests that erase.");
        if (policy is { ConsentFrom.Count: > 0, Key.Required: false })
            section.Reject("Consent", "is required, but with Key:Required false, requests without a key bypass it: write Key:Required true.");
        if (policy is { OnUnknown: OnUnknown.ForwardAgain, Key.ForwardAs: null })
        {
            section.Reject("OnUnknown", "ForwardAgain needs a provider that honours the key itself, but with Key:ForwardAs none the provider does not get it: "
                + "name a header there, or write Hold.");
        }
    }
}
