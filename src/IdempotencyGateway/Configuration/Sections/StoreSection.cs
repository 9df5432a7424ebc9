using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class StoreSection
{
    private static readonly ValueForm<long> FreeSpace = ValueForms.Size(min: 1 << 20, max: 1L << 40);

    public static StoreSnapshot Read(SectionReader section)
    {
        var defaults = new StoreSnapshot { SqlitePath = "data/gateway.db", SecretFile = "data/store.secret" };
        var sqlite = section.Section("Sqlite");
        var kind = section.Value("Kind", defaults.Kind, ValueForms.Choice<StoreKind>());
        var store = new StoreSnapshot
        {
            Kind = kind,
            SqlitePath = sqlite.File("Path", defaults.SqlitePath),
            SqliteMinimumFreeBytes = sqlite.Value("MinimumFreeSpace", defaults.SqliteMinimumFreeBytes, FreeSpace),
            Redis = RedisSection.Read(section.Section("Redis")),
            RedLock = RedLockSection.Read(section.Section("RedLock"), inUse: kind == StoreKind.RedLock),
            SecretFile = section.File("SecretFile", defaults.SecretFile),
            Encryption = EncryptionSection.Read(section.Section("Encryption")),
        };
        if (store.SecretFile == store.SqlitePath)
            section.Reject("SecretFile", "is the same file as Store:Sqlite:Path: give the secret a file of its own.");
        if (store.Encryption.KeyRingFile is { } ring && (ring == store.SecretFile || ring == store.SqlitePath))
            section.Section("Encryption").Reject("KeyRingFile", "is the same file as Store:SecretFile or Store:Sqlite:Path: give the key ring a file of its own.");
        if (store is { Kind: StoreKind.RedLock, Redis.Sentinel: null } && SharedServer(store) is { } shared)
            section.Section("RedLock").Reject("Nodes", $"names {shared}, which is the record store itself (Store:Redis:Endpoints): nodes guard against losing it, so name other servers.");
        return store;
    }

    private static RedisAddress? SharedServer(StoreSnapshot store) =>
        store.RedLock.Nodes.IntersectBy(store.Redis.Endpoints.Select(server => server.ToString()), node => node.ToString(), StringComparer.OrdinalIgnoreCase).FirstOrDefault();
}
