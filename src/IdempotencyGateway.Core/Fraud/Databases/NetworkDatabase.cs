using IdempotencyGateway.Core.Fraud.Addresses;

namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>A MaxMind DB of the type ASN or ISP: the autonomous system that announces an address. Immutable; a look-up allocates nothing.</summary>
public sealed class NetworkDatabase
{
    private readonly MmdbFile _file;

    private NetworkDatabase(MmdbFile file) => _file = file;

    /// <param name="file">The whole file; it must not change while this object is used.</param>
    /// <returns>Null when the file is unusable; <paramref name="problem"/> says why.</returns>
    public static NetworkDatabase? TryOpen(ReadOnlyMemory<byte> file, out string? problem) =>
        MmdbShape.TryOpen(file, out problem, "ASN", "ISP") is { } opened ? new(opened) : null;

    /// <param name="number">The autonomous system's number; null when the record has none.</param>
    public DatabaseAnswer Find(NetworkAddress address, out uint? number)
    {
        number = null;
        var found = _file.Find(address, out var record);
        if (found != DatabaseAnswer.Found)
            return found;
        var reader = new MmdbReader(_file.Data);
        var read = reader.Unsigned(reader.Member(record, "autonomous_system_number"u8));
        if (reader.IsCorrupt || read > uint.MaxValue)
            return DatabaseAnswer.Corrupt;
        number = (uint?)read;
        return DatabaseAnswer.Found;
    }
}
