using System.Collections;

namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>
/// Looks at every node and every value of a database once, so that a damaged one is refused when it is opened and not found out by a request: each record
/// leads to a node, to nothing, or to a map; every value, and what it points to, lies within the file. Takes time in proportion to the file, whatever is in it.
/// </summary>
internal static class MmdbCheck
{
    /// <summary>Values are visited once for each pointer that leads to or into them; in sound files that is little more than once.</summary>
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
                    return $"node {node} leads out of the file";
                if (!MmdbReader.Head.TryRead(data, at, out var head) || head.Type != MmdbType.Map)
                    return $"node {node} does not lead to a map";
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

        /// <summary>A value with everything in it; what it points to is noted for later.</summary>
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
