using System.Buffers.Binary;
using IdempotencyGateway.Core.Fraud.Addresses;

namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>
/// A MaxMind DB file (format version 2): a search tree over the bits of an address, whose leaves name places in a data section. It was checked whole when it
/// was opened, and every read is checked again, because the memory may be a mapped file that somebody overwrites. Immutable; a look-up allocates nothing.
/// </summary>
/// <remarks>A mapped file that is cut short ends the process (SIGBUS), and no check can help: whoever maps one replaces it by renaming, never in place.</remarks>
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

    /// <summary>Where the records' values lie: what an <see cref="MmdbReader"/> reads.</summary>
    public ReadOnlySpan<byte> Data => _file.Span.Slice(_treeInBytes + SeparatorInBytes, _dataInBytes);

    /// <param name="file">The whole file; it must stay as it is for as long as this object is used.</param>
    /// <returns>Null, with what is wrong with it.</returns>
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
            problem = "the tree does not end where the metadata say";
        if (problem is not null)
            return null;
        var opened = new MmdbFile(file, metadata, (int)tree, (int)data);
        problem = MmdbCheck.Of(opened);
        return problem is null ? opened : null;
    }

    /// <param name="at">Where in <see cref="Data"/> the record of the address begins.</param>
    public DatabaseAnswer Find(NetworkAddress address, out int at)
    {
        at = MmdbReader.Nowhere;
        if (Metadata.IpVersion == 4 && !address.IsIPv4)
            return DatabaseAnswer.NotFound;
        var bytes = _file.Span;
        var node = address.IsIPv4 ? _ipv4Start : 0;
        // The address's first bit on top: shifting all 128 of them at every step costs more than the step.
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

    /// <summary>Where in <see cref="Data"/> a record that is not a node points to.</summary>
    /// <returns>False when that is nowhere.</returns>
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
