using IdempotencyGateway.Core.Fraud.Addresses;

namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>
/// A MaxMind DB of the type Anonymous-IP, Anonymous-Plus or IP-Risk. All three have the same boolean fields, which a record contains only where they are true. An address that
/// is not in the database has none of them. Immutable; a look-up allocates nothing.
/// </summary>
public sealed class AnonymityDatabase
{
    private readonly MmdbFile _file;

    private AnonymityDatabase(MmdbFile file) => _file = file;

    /// <param name="file">The whole file; it must not change while this object is used.</param>
    /// <returns>Null when the file is unusable; <paramref name="problem"/> says why.</returns>
    public static AnonymityDatabase? TryOpen(ReadOnlyMemory<byte> file, out string? problem) =>
        MmdbShape.TryOpen(file, out problem, "Anonymous", "IP-Risk") is { } opened ? new(opened) : null;

    public DatabaseAnswer Find(NetworkAddress address, out AnonymityAnswer answer)
    {
        answer = default;
        var found = _file.Find(address, out var record);
        if (found != DatabaseAnswer.Found)
            return found;
        var reader = new MmdbReader(_file.Data);
        var ways = Mark(ref reader, record, "is_anonymous"u8, Anonymity.Anonymous)
            | Mark(ref reader, record, "is_anonymous_vpn"u8, Anonymity.Vpn)
            | Mark(ref reader, record, "is_hosting_provider"u8, Anonymity.Hosting)
            | Mark(ref reader, record, "is_public_proxy"u8, Anonymity.PublicProxy)
            | Mark(ref reader, record, "is_residential_proxy"u8, Anonymity.ResidentialProxy)
            | Mark(ref reader, record, "is_tor_exit_node"u8, Anonymity.TorExit);
        var confidence = reader.Unsigned(reader.Member(record, "anonymizer_confidence"u8));
        var risk = reader.Number(reader.Member(record, "ip_risk"u8));
        if (reader.IsCorrupt || confidence > 100 || risk is < 0 or > 100)
            return DatabaseAnswer.Corrupt;
        answer = new(ways, (int?)confidence, risk);
        return DatabaseAnswer.Found;
    }

    private static Anonymity Mark(ref MmdbReader reader, int record, ReadOnlySpan<byte> name, Anonymity way) =>
        reader.Truth(reader.Member(record, name)) == true ? way : Anonymity.None;
}
