using System.Collections.Frozen;
using System.Text;
using IdempotencyGateway.Configuration.Files;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Tokens;

namespace IdempotencyGateway.Configuration.Sections;

internal static class IssuersSection
{
    /// <summary>The form of a reference to an issuer.</summary>
    public static readonly ValueForm<string> Name = ValueForms.Text("a name from Idempotency:Issuers", text => text.Trim().Length > 0);

    private static readonly ValueForm<string> KeysUrl = ValueForms.Text("an https address (http on this machine only)", IsFit);
    private static readonly ValueForm<TimeSpan> ClockSkew = ValueForms.Duration(TimeSpan.Zero, TimeSpan.FromMinutes(5));

    /// <param name="section">Issuers by name.</param>
    public static FrozenDictionary<string, IssuerSnapshot> Read(SectionReader section)
    {
        var issuers = new Dictionary<string, IssuerSnapshot>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in section.Names)
            issuers.Add(name, ReadOne(name, section.Section(name)));
        return issuers.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    private static IssuerSnapshot ReadOne(string name, SectionReader section)
    {
        var issuer = new IssuerSnapshot
        {
            Name = name,
            Issuer = section.Required("Issuer", ValueForms.Word) ?? "",
            Audiences = section.List("Audiences", ValueForms.Word, min: 1, max: 16) ?? [],
            KeysUrl = section.Text("KeysUrl", KeysUrl) is { } url ? new(url) : null,
        };
        if (issuer.Audiences.Count == 0 && section.AreRight("Audiences"))
            section.Reject("Audiences", "is missing: write the audiences (aud) of the tokens that are accepted. A token that was issued for another service must not be.");
        var file = section.File("KeysFile");
        if (issuer.KeysUrl is not null && file is not null)
            section.Reject("KeysFile", "and KeysUrl are both set: keep one of them.");
        if (issuer.KeysUrl is null && file is null && section.AreRight("Issuer", "KeysUrl") && !IsFit(issuer.Issuer))
            section.Reject("Issuer", "is not an https address, so its keys cannot be found by discovery: set KeysUrl or KeysFile.");
        return WithKeys(section, file, issuer with
        {
            Algorithms = section.List("Algorithms", ValueForms.Choice<TokenAlgorithm>(), min: 1, max: 9) ?? issuer.Algorithms,
            CallerClaims = section.List("CallerClaims", ValueForms.Word, min: 1, max: 8) ?? issuer.CallerClaims,
            ClockSkew = section.Value("ClockSkew", issuer.ClockSkew, ClockSkew),
        });
    }

    private static IssuerSnapshot WithKeys(SectionReader section, string? path, IssuerSnapshot issuer)
    {
        if (path is null)
            return issuer;
        VerificationKeys? keys = null;
        var bytes = SmallFile.Read(path, out var file, out var problem);
        if (problem is null && (!VerificationKeys.TryParse(Encoding.UTF8.GetString(bytes!), out keys) || keys.Count == 0))
            problem = $"{path} holds no usable key: put a JWKS there, or public keys or certificates in PEM: RSA with 2048 bits or more, P-256, P-384 or P-521.";
        if (problem is not null)
            section.Reject("KeysFile", problem);
        return issuer with { KeysFile = file, FileKeys = keys };
    }

    private static bool IsFit(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && KeyDownload.IsFit(url);
}
