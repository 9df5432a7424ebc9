using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class ListenTlsSection
{
    /// <returns>Null when no certificate is named; then TLS is not available.</returns>
    public static ListenTlsSnapshot? Read(SectionReader section)
    {
        var defaults = new ListenTlsSnapshot();
        var tls = new ListenTlsSnapshot
        {
            CertificateFile = section.File("CertificateFile"),
            KeyFile = section.File("KeyFile"),
            PfxFile = section.File("PfxFile"),
            PfxPassword = section.Text("PfxPassword", ValueForms.Word) is { } password ? new(password) : null,
            PfxPasswordFile = section.File("PfxPasswordFile"),
            MinimumVersion = section.Value("MinimumVersion", defaults.MinimumVersion, ValueForms.Choice<TlsVersion>()),
            ClientCertificates = section.Value("ClientCertificates", defaults.ClientCertificates, ValueForms.Choice<ClientCertificates>()),
            ClientCaFile = section.File("ClientCaFile"),
            ChecksClientRevocation = section.Value("ClientRevocation", defaults.ChecksClientRevocation, ValueForms.Boolean),
        };
        if (tls.CertificateFile is not null && tls.PfxFile is not null)
            section.Reject("PfxFile", "and CertificateFile are both set: keep one of them.");
        if (tls.KeyFile is not null && tls.CertificateFile is null)
            section.Reject("KeyFile", "is set without CertificateFile: name that, too.");
        if (tls.PfxFile is null && (tls.PfxPassword is not null || tls.PfxPasswordFile is not null))
            section.Reject("PfxFile", "is missing, but its password is set: name the file.");
        if (tls.PfxPassword is not null && tls.PfxPasswordFile is not null)
            section.Reject("PfxPasswordFile", "and PfxPassword are both set: keep one of them.");
        if (tls.ClientCertificates != ClientCertificates.Off && tls.ClientCaFile is null)
            section.Reject("ClientCaFile", "is missing: name a file with the roots that clients' certificates come from. No others are trusted, not even those of the machine.");
        if (tls.ClientCertificates == ClientCertificates.Off && tls.ClientCaFile is not null)
            section.Reject("ClientCertificates", "is Off, but ClientCaFile is set: write Allowed or Required, or remove ClientCaFile.");
        return tls.CertificateFile is null && tls.PfxFile is null ? null : tls;
    }
}
