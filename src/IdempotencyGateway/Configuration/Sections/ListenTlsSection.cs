using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class ListenTlsSection
{
    private static readonly ValueForm<string> Word = ValueForms.Text("one or more characters", text => text.Trim().Length > 0);

    /// <param name="folder">The configuration file's: relative paths start there.</param>
    /// <returns>Null when no certificate is named, so that nothing can be served over TLS.</returns>
    public static ListenTlsSnapshot? Read(SectionReader section, string folder)
    {
        var defaults = new ListenTlsSnapshot();
        var tls = new ListenTlsSnapshot
        {
            CertificateFile = OptionalFile(section, "CertificateFile", folder),
            KeyFile = OptionalFile(section, "KeyFile", folder),
            PfxFile = OptionalFile(section, "PfxFile", folder),
            PfxPassword = Optional(section, "PfxPassword", Word) is { } password ? new(password) : null,
            PfxPasswordFile = OptionalFile(section, "PfxPasswordFile", folder),
            MinimumVersion = section.Value("MinimumVersion", defaults.MinimumVersion, ValueForms.Choice<TlsVersion>()),
            ClientCertificates = section.Value("ClientCertificates", defaults.ClientCertificates, ValueForms.Choice<ClientCertificates>()),
            ClientCaFile = OptionalFile(section, "ClientCaFile", folder),
            ChecksClientRevocation = section.Value("ClientRevocation", defaults.ChecksClientRevocation, ValueForms.Boolean),
        };
        if (tls.CertificateFile is not null && tls.PfxFile is not null)
            section.Reject("PfxFile", "stands beside CertificateFile: keep one of them.");
        if (tls.KeyFile is not null && tls.CertificateFile is null)
            section.Reject("KeyFile", "has no certificate: name CertificateFile, too.");
        if (tls.PfxFile is null && (tls.PfxPassword is not null || tls.PfxPasswordFile is not null))
            section.Reject("PfxFile", "is missing, but its password is there: name it.");
        if (tls.PfxPassword is not null && tls.PfxPasswordFile is not null)
            section.Reject("PfxPasswordFile", "stands beside PfxPassword: keep one of them.");
        if (tls.ClientCertificates != ClientCertificates.Off && tls.ClientCaFile is null)
            section.Reject("ClientCaFile", "is missing: name the roots that clients' certificates come from. No others are trusted, the machine's own list neither.");
        if (tls.ClientCertificates == ClientCertificates.Off && tls.ClientCaFile is not null)
            section.Reject("ClientCertificates", "is Off, but ClientCaFile is there: write Allowed or Required, or remove it.");
        return tls.CertificateFile is null && tls.PfxFile is null ? null : tls;
    }

    private static string? OptionalFile(SectionReader section, string name, string folder) =>
        Optional(section, name, ValueForms.FilePath) is { } path ? Path.GetFullPath(path, folder) : null;

    private static string? Optional(SectionReader section, string name, ValueForm<string> form) =>
        section.Value(name, "", form) is { Length: > 0 } value ? value : null;
}
