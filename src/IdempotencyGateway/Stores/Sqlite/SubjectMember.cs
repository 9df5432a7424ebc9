using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// What the index holds for a subject, as bytes, each with its own expiry:
/// <code>
/// 64 bytes, an entry     a record about the subject
/// 'x' and an entry       such a record that is to be erased; an entry is in one of the two forms, never in both
/// 'd' and 32 bytes       the key of a deletion request's record, once that request has ordered its erasure
/// </code>
/// The length tells which of the three it is.
/// </summary>
internal static class SubjectMember
{
    public const int LongestInBytes = 1 + SubjectEntry.SizeInBytes;

    private const int DeletionInBytes = 1 + Digest256.SizeInBytes;

    public static byte[] Noted(SubjectEntry entry) => entry.ToArray();

    public static byte[] Due(SubjectEntry entry) => [(byte)'x', .. entry.ToArray()];

    public static byte[] Deletion(StorageKey deletion) => [(byte)'d', .. deletion.Digest.ToArray()];

    /// <returns>The entry, and whether it is to be erased; null for a deletion.</returns>
    /// <exception cref="SqliteFailure">It is none of the three.</exception>
    public static (SubjectEntry Entry, bool IsDue)? Read(ReadOnlySpan<byte> member) => member.Length switch
    {
        SubjectEntry.SizeInBytes => (SubjectEntry.Read(member), false),
        LongestInBytes => (SubjectEntry.Read(member[1..]), true),
        DeletionInBytes => null,
        _ => throw SqliteFailure.Corrupt("what is noted of a subject has the wrong length"),
    };
}
