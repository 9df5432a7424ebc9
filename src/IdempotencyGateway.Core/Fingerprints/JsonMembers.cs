using System.Buffers;
using System.Security.Cryptography;

namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>
/// A stack of the positions that members of the open objects have in the canonical form. When an object closes, its members are on top of the stack and are sorted
/// in place.
/// </summary>
internal ref struct JsonMembers : IDisposable
{
    private readonly Span<int> _firstOfOpen;
    private Span<Member> _members;
    private Member[]? _rented;
    private ByName? _byName;
    private int _open;
    private int _count;

    /// <param name="scratch">Memory to begin with; when it is full, the members move to a pooled array.</param>
    /// <param name="firstOfOpen">Room for the maximum depth.</param>
    public JsonMembers(Span<Member> scratch, Span<int> firstOfOpen)
    {
        _members = scratch;
        _firstOfOpen = firstOfOpen;
    }

    public void Open() => _firstOfOpen[_open++] = _count;

    /// <param name="start">Where the member begins, with its name.</param>
    /// <param name="nameEnd">Where the name ends and the value begins. The value ends where the next member begins or where the object ends.</param>
    public void Add(int start, int nameEnd)
    {
        if (_count == _members.Length)
            Grow();
        _members[_count++] = new(start, nameEnd, 0);
    }

    /// <summary>Sorts the members of the innermost open object.</summary>
    /// <param name="canonical">Everything written so far; it ends with the object's last value.</param>
    public void Close(scoped Span<byte> canonical)
    {
        var first = _firstOfOpen[--_open];
        var members = _members[first.._count];
        _count = first;
        if (!AreInOrder(members, canonical))
            Sort(members, canonical);
    }

    public readonly void Dispose()
    {
        if (_rented is not null)
            ArrayPool<Member>.Shared.Return(_rented);
    }

    private static bool AreInOrder(ReadOnlySpan<Member> members, ReadOnlySpan<byte> canonical)
    {
        for (var i = 1; i < members.Length; i++)
        {
            if (members[i - 1].Name(canonical).SequenceCompareTo(members[i].Name(canonical)) > 0)
                return false;
        }
        return true;
    }

    private void Sort(Span<Member> members, scoped Span<byte> canonical)
    {
        var origin = members[0].Start;
        var sorted = canonical[origin..];
        var unsorted = ArrayPool<byte>.Shared.Rent(sorted.Length);
        sorted.CopyTo(unsorted);
        for (var i = 0; i < members.Length; i++)
        {
            var end = i + 1 < members.Length ? members[i + 1].Start : canonical.Length;
            members[i] = new(members[i].Start - origin, members[i].NameEnd - origin, end - origin);
        }
        _byName ??= new();
        _byName.Bytes = unsorted;
        members.Sort(_byName.Comparison);
        foreach (var member in members)
        {
            unsorted.AsSpan(member.Start..member.End).CopyTo(sorted);
            sorted = sorted[(member.End - member.Start)..];
        }
        CryptographicOperations.ZeroMemory(unsorted.AsSpan(0, canonical.Length - origin));
        ArrayPool<byte>.Shared.Return(unsorted);
    }

    private void Grow()
    {
        var larger = ArrayPool<Member>.Shared.Rent(_members.Length * 2);
        _members.CopyTo(larger);
        Dispose();
        _members = _rented = larger;
    }

    /// <summary>Offsets in bytes. The name has one byte before it (the quote) and one after it (0xFF).</summary>
    internal readonly record struct Member(int Start, int NameEnd, int End)
    {
        public ReadOnlySpan<byte> Name(ReadOnlySpan<byte> bytes) => bytes[(Start + 1)..(NameEnd - 1)];
    }

    /// <summary>
    /// Compares members by name, and those with equal names by position. A class with an array, because a delegate cannot capture a span. One instance per document, made
    /// when the first object needs sorting, is all that sorting allocates.
    /// </summary>
    private sealed class ByName
    {
        public ByName() => Comparison = Compare;

        public byte[] Bytes { get; set; } = [];

        public Comparison<Member> Comparison { get; }

        private int Compare(Member x, Member y)
        {
            var names = x.Name(Bytes).SequenceCompareTo(y.Name(Bytes));
            return names != 0 ? names : x.Start.CompareTo(y.Start);
        }
    }
}
