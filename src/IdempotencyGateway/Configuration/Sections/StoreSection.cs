using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class StoreSection
{
    private static readonly ValueForm<long> FreeSpace = ValueForms.Size(min: 1 << 20, max: 1L << 40);

    /// <param name="folder">The configuration file's: relative paths start there.</param>
    public static StoreSnapshot Read(SectionReader section, string folder)
    {
        var defaults = new StoreSnapshot { SqlitePath = "data/gateway.db", SecretFile = "data/store.secret" };
        var sqlite = section.Section("Sqlite");
        var kind = section.Value("Kind", defaults.Kind, ValueForms.Choice<StoreKind>());
        var store = new StoreSnapshot
        {
            Kind = kind,
            SqlitePath = Path.GetFullPath(sqlite.Value("Path", defaults.SqlitePath, ValueForms.FilePath), folder),
            SqliteMinimumFreeBytes = sqlite.Value("MinimumFreeSpace", defaults.SqliteMinimumFreeBytes, FreeSpace),
            Redis = RedisSection.Read(section.Section("Redis"), folder),
            RedLock = RedLockSection.Read(section.Section("RedLock"), inUse: kind == StoreKind.RedLock),
            SecretFile = Path.GetFullPath(section.Value("SecretFile", defaults.SecretFile, ValueForms.FilePath), folder),
            Encryption = EncryptionSection.Read(section.Section("Encryption"), folder),
        };
        if (store.SecretFile == store.SqlitePath)
            section.Reject("SecretFile", "is the same file as Store:Sqlite:Path: give the secret a file of its own.");
        if (store.Encryption.KeyRingFile is { } ring && (ring == store.SecretFile || ring == store.SqlitePath))
            section.Section("Encryption").Reject("KeyRingFile", "is the same file as Store:SecretFile or Store:Sqlite:Path: give the key ring a file of its own.");
        return store;
    }
}
