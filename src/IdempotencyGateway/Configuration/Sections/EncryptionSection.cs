using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class EncryptionSection
{
    /// <param name="folder">The configuration file's: relative paths start there.</param>
    public static EncryptionSnapshot Read(SectionReader section, string folder)
    {
        var defaults = new EncryptionSnapshot();
        var encryption = new EncryptionSnapshot
        {
            Enabled = section.Value("Enabled", defaults.Enabled, ValueForms.Boolean),
            KeyRingFile = section.Value("KeyRingFile", "", ValueForms.FilePath) is { Length: > 0 } file ? Path.GetFullPath(file, folder) : null,
        };
        if (encryption is { Enabled: false, KeyRingFile: not null })
            section.Reject("KeyRingFile", "is named, but Enabled is false: leave one of them out.");
        return encryption;
    }
}
