using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class EncryptionSection
{
    public static EncryptionSnapshot Read(SectionReader section)
    {
        var defaults = new EncryptionSnapshot();
        var encryption = new EncryptionSnapshot
        {
            Enabled = section.Value("Enabled", defaults.Enabled, ValueForms.Boolean),
            KeyRingFile = section.File("KeyRingFile"),
        };
        if (encryption is { Enabled: false, KeyRingFile: not null })
            section.Reject("KeyRingFile", "is set, but Enabled is false: remove one of them.");
        return encryption;
    }
}
