using System.Buffers.Binary;
using IdempotencyGateway.Core.Fraud.Addresses;

namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>
/// A MaxMind DB file (format version 2): a search tree over the bits of an address, whose leaves point into a data section. The whole file is checked when it
/// is opened, and every read is checked again, because the memory may be a mapped file that somebody overwrites. Immutable; a look-up allocates nothing.
/// </summary>
/// <remarks>No check helps if a mapped file is truncated: the process ends with SIGBUS. So a mapped file must be replaced by renaming, never written in place.</remarks>
internal sealed class MmdbFile
{
    private const int SeparatorInBytes = 16;
    private const int BitsBeforeIPv4 = 96;

    private readonly ReadOnlyMemory<byte> _file;
    private readonly int _treeInBytes;
    private readonly int _dataInBytes;
    private readonly uint _nodeCount;
    private readonly int _nodeInBytes;
    private readonly uint _ipv4Start;

    private MmdbFile(ReadOnlyMemory<byte> file, MmdbMetadata metadata, int treeInBytes, int dataInBytes)
    {
        (_file, Metadata, _treeInBytes, _dataInBytes) = (file, metadata, treeInBytes, dataInBytes);
        (_nodeCount, _nodeInBytes) = ((uint)metadata.NodeCount, metadata.RecordSizeInBits / 4);
        for (var bit = 0; metadata.IpVersion == 6 && bit < BitsBeforeIPv4 && _ipv4Start < _nodeCount; bit++)
            _ipv4Start = Record(file.Span, (int)_ipv4Start, 0);
    }

    public MmdbMetadata Metadata { get; }

    /// <summary>The data section with the records' values, to be read by <see cref="MmdbReader"/>.</summary>
    public ReadOnlySpan<byte> Data => _file.Span.Slice(_treeInBytes + SeparatorInBytes, _dataInBytes);

    /// <param name="file">The whole file; it must not change while this object is used.</param>
    /// <returns>Null when the file is unusable; <paramref name="problem"/> says why.</returns>
    public static MmdbFile? TryOpen(ReadOnlyMemory<byte> file, out string? problem)
    {
        var bytes = file.Span;
        if (MmdbMetadata.TryRead(bytes, out var marker, out problem) is not { } metadata)
            return null;
        var tree = (long)metadata.NodeCount * metadata.RecordSizeInBits / 4;
        var data = marker - tree - SeparatorInBytes;
        if (data < 0)
            problem = "the file is cut short: its tree does not fit";
        else if (bytes.Slice((int)tree, SeparatorInBytes).ContainsAnyExcept((byte)0))
            problem = "the tree does not end where the metadata say it does";
        if (problem is not null)
            return null;
        var opened = new MmdbFile(file, metadata, (int)tree, (int)data);
        problem = MmdbCheck.Of(opened);
        return problem is null ? opened : null;
    }

    /// <param name="at">The offset in <see cref="Data"/> of the address's record.</param>
    public DatabaseAnswer Find(NetworkAddress address, out int at)
    {
        at = MmdbReader.Nowhere;
        if (Metadata.IpVersion == 4 && !address.IsIPv4)
            return DatabaseAnswer.NotFound;
        var bytes = _file.Span;
        var node = address.IsIPv4 ? _ipv4Start : 0;
        // Two words with the address's first bit on top: shifting a UInt128 in each step would cost more than the step itself.
        var (front, back) = address.IsIPv4 ? ((ulong)address.Bits << 32, 0UL) : ((ulong)(address.Bits >> 64), (ulong)address.Bits);
        for (var left = address.Length; left > 0 && node < _nodeCount; left--)
        {
            node = Record(bytes, (int)node, (int)(front >> 63));
            front = (front << 1) | (back >> 63);
            back <<= 1;
        }
        if (node == _nodeCount)
            return DatabaseAnswer.NotFound;
        return TryPlace(node, out at) ? DatabaseAnswer.Found : DatabaseAnswer.Corrupt;
    }

    /// <summary>The offset in <see cref="Data"/> to which a tree record points that is not a node.</summary>
    /// <returns>False when it points outside the data.</returns>
    public bool TryPlace(uint record, out int at)
    {
        var place = (long)record - Metadata.NodeCount - SeparatorInBytes;
        at = place >= 0 && place < _dataInBytes ? (int)place : MmdbReader.Nowhere;
        return at != MmdbReader.Nowhere;
    }

    public uint Record(int node, int side) => Record(_file.Span, node, side);

    private uint Record(ReadOnlySpan<byte> file, int node, int side)
    {
        var bytes = file.Slice(node * _nodeInBytes, _nodeInBytes);
        return _nodeInBytes switch
        {
            6 => (uint)((bytes[3 * side] << 16) | (bytes[(3 * side) + 1] << 8) | bytes[(3 * side) + 2]),
            7 when side == 0 => (uint)(((bytes[3] & 0xF0) << 20) | (bytes[0] << 16) | (bytes[1] << 8) | bytes[2]),
            7 => BinaryPrimitives.ReadUInt32BigEndian(bytes[3..]) & 0x0FFF_FFFF,
            _ => BinaryPrimitives.ReadUInt32BigEndian(bytes[(4 * side)..]),
        };
    }
}
