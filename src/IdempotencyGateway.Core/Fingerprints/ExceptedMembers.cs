using System.Text.Json;
using IdempotencyGateway.Core.Bodies;

namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>Tells, while a JSON text is read, which members are excepted from the fingerprint. For each pointer it tracks how many segments the names on the current path have matched.</summary>
internal ref struct ExceptedMembers(IReadOnlyList<JsonPointer> pointers)
{
    private readonly int[] _matched = pointers.Count == 0 ? [] : new int[pointers.Count];

    /// <param name="reader">Positioned at a member's name.</param>
    public readonly bool Has(scoped in Utf8JsonReader reader)
    {
        var excepted = false;
        for (var i = 0; i < _matched.Length; i++)
        {
            // A member of the outermost object has depth 1, so no names precede it on the path.
            var segments = pointers[i].Segments;
            var before = reader.CurrentDepth - 1;
            if (_matched[i] < before || before >= segments.Length)
                continue;
            var matches = NameIs(reader, segments[before]);
            _matched[i] = matches ? before + 1 : before;
            excepted |= matches && before + 1 == segments.Length;
        }
        return excepted;
    }

    private static bool NameIs(scoped in Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.ValueIsEscaped)
            return reader.ValueSpan.SequenceEqual(name);
        var decoded = new byte[reader.ValueSpan.Length];
        return decoded.AsSpan(0, JsonEscapes.Decode(reader.ValueSpan, decoded)).SequenceEqual(name);
    }
}
