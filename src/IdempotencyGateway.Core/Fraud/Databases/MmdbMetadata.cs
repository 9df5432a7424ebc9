using System.Text;

namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>What a database says about itself.</summary>
/// <param name="Type">What it holds: "GeoLite2-City".</param>
/// <param name="BuiltAt">When it was made, to the second.</param>
/// <param name="IpVersion">6 (IPv4 lies within), or 4 (nothing is known of IPv6).</param>
/// <param name="NodeCount">Nodes of the search tree.</param>
/// <param name="RecordSizeInBits">24, 28 or 32; a node has two records.</param>
public sealed record MmdbMetadata(string Type, DateTimeOffset BuiltAt, int IpVersion, int NodeCount, int RecordSizeInBits)
{
    private const int MaxSectionInBytes = 128 * 1024;
    private const int MaxTypeLength = 100;

    private static readonly byte[] Marker = [0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8];

    /// <summary>The metadata stand behind the last marker, near the end.</summary>
    /// <param name="marker">Where the marker begins, and the data end.</param>
    /// <returns>Null, with what is wrong.</returns>
    internal static MmdbMetadata? TryRead(ReadOnlySpan<byte> file, out int marker, out string? problem)
    {
        var tail = Math.Max(0, file.Length - MaxSectionInBytes);
        var found = file[tail..].LastIndexOf(Marker);
        marker = tail + found;
        if (found < 0)
        {
            problem = "no MaxMind database: the metadata marker is missing";
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
            : major != 2 ? $"format version {major}; this gateway reads version 2"
            : size is not (24 or 28 or 32) ? $"a record size of {size} bits; there are 24, 28 and 32"
            : version is not (4 or 6) ? $"IP version {version}; there are 4 and 6"
            : nodes is not (> 0 and <= int.MaxValue / 8) ? $"{nodes} nodes"
            : built is not (> 0 and <= 253_402_300_799) ? "no time of making"
            : type.Length is 0 or > MaxTypeLength ? "no type"
            : null;
        return problem is null ? new(type, DateTimeOffset.FromUnixTimeSeconds((long)built!), (int)version!, (int)nodes!, (int)size!) : null;
    }
}
