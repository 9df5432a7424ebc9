using System.Globalization;
using System.Text;

namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>The metadata of a MaxMind DB file.</summary>
/// <param name="Type">The type of database, such as "GeoLite2-City".</param>
/// <param name="BuiltAt">When it was built, to the second.</param>
/// <param name="IpVersion">6 (also contains IPv4), or 4 (IPv4 only).</param>
/// <param name="NodeCount">The number of nodes in the search tree.</param>
/// <param name="RecordSizeInBits">24, 28 or 32; a node has two records.</param>
public sealed record MmdbMetadata(string Type, DateTimeOffset BuiltAt, int IpVersion, int NodeCount, int RecordSizeInBits)
{
    private const int MaxSectionInBytes = 128 * 1024;
    private const int MaxTypeLength = 100;

    private static readonly byte[] Marker = [0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8];

    /// <summary>Reads the metadata, which follow the last marker near the end of the file.</summary>
    /// <param name="marker">The offset of the marker, at which the data section ends.</param>
    /// <returns>Null when they are invalid; <paramref name="problem"/> says why.</returns>
    internal static MmdbMetadata? TryRead(ReadOnlySpan<byte> file, out int marker, out string? problem)
    {
        var tail = Math.Max(0, file.Length - MaxSectionInBytes);
        var found = file[tail..].LastIndexOf(Marker);
        marker = tail + found;
        if (found < 0)
        {
            problem = "this is not a MaxMind database: the metadata marker is missing";
            return null;
        }
        var reader = new MmdbReader(file[(marker + Marker.Length)..]);
        var major = reader.Unsigned(reader.Member(0, "binary_format_major_version"u8));
        var nodes = reader.Unsigned(reader.Member(0, "node_count"u8));
        var size = reader.Unsigned(reader.Member(0, "record_size"u8));
        var version = reader.Unsigned(reader.Member(0, "ip_version"u8));
        var built = reader.Unsigned(reader.Member(0, "build_epoch"u8));
        var type = Encoding.UTF8.GetString(reader.Text(reader.Member(0, "database_type"u8)));
        problem = reader.IsCorrupt ? "the metadata are damaged"
            : major != 2 ? $"the format version is {OrMissing(major)}; this gateway reads version 2"
            : size is not (24 or 28 or 32) ? $"the record size is {OrMissing(size)}; it must be 24, 28 or 32 bits"
            : version is not (4 or 6) ? $"the IP version is {OrMissing(version)}; it must be 4 or 6"
            : nodes is not (> 0 and <= int.MaxValue / 8) ? $"the number of nodes is {OrMissing(nodes)}; it must be 1 to {int.MaxValue / 8}"
            : built is not (> 0 and <= 253_402_300_799) ? "the build time is missing or impossible"
            : type.Length is 0 or > MaxTypeLength ? "the database type is missing or too long"
            : null;
        return problem is null ? new(type, DateTimeOffset.FromUnixTimeSeconds((long)built!), (int)version!, (int)nodes!, (int)size!) : null;
    }

    private static string OrMissing(ulong? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "missing";
}
