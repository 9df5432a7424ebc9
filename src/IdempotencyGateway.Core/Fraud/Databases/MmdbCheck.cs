using System.Collections;

namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>
/// Validates every node and every value of a database when it is opened, so that no request meets the damage: each tree record must
/// lead to a node, to nothing, or to a map, and every value and pointer target must lie within the file. Takes time proportional to the file's size, whatever its content.
/// </summary>
internal static class MmdbCheck
{
    /// <summary>A value may be visited once for each pointer to it or into it. In valid files that is hardly more than once per value.</summary>
    private const int MaxVisitsPerByte = 4;

    /// <returns>What is wrong; null when nothing is.</returns>
    public static string? Of(MmdbFile file)
    {
        var data = file.Data;
        var walk = new Walk(data.Length);
        for (var node = 0; node < file.Metadata.NodeCount; node++)
        {
            for (var side = 0; side < 2; side++)
            {
                var record = file.Record(node, side);
                if (record <= (uint)file.Metadata.NodeCount)
                    continue;
                if (!file.TryPlace(record, out var at))
                    return $"node {node} points outside the file";
                if (!MmdbReader.Head.TryRead(data, at, out var head) || head.Type != MmdbType.Map)
                    return $"node {node} does not point to a map";
                if (!walk.Visit(data, at))
                    return $"the record at byte {at} of the data is damaged";
            }
        }
        return null;
    }

    private sealed class Walk(int dataInBytes)
    {
        private readonly BitArray _visited = new(dataInBytes);
        private readonly Stack<int> _toVisit = new();
        private long _left = 1024 + ((long)MaxVisitsPerByte * dataInBytes);

        public bool Visit(ReadOnlySpan<byte> data, int at)
        {
            if (!_visited[at])
                _toVisit.Push(at);
            while (_toVisit.TryPop(out var next))
            {
                if (!_visited[next] && !VisitOne(data, next))
                    return false;
            }
            return true;
        }

        /// <summary>Visits a value and everything it contains. Pointer targets are queued for later.</summary>
        private bool VisitOne(ReadOnlySpan<byte> data, int at)
        {
            _visited[at] = true;
            for (var open = 1L; open > 0; open--)
            {
                if (_left-- <= 0 || !MmdbReader.Head.TryRead(data, at, out var head))
                    return false;
                if (head.Type == MmdbType.Pointer)
                {
                    if (!MmdbReader.Head.TryRead(data, head.Target, out var target) || target.Type == MmdbType.Pointer)
                        return false;
                    if (!_visited[head.Target])
                        _toVisit.Push(head.Target);
                }
                open += head.Children;
                at = head.End;
            }
            return true;
        }
    }
}
