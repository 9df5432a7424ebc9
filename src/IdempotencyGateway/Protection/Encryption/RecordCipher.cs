using System.Security.Cryptography;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Protection.Encryption;

/// <summary>
/// Seals what a record keeps (AES-256-GCM) under a key of its own, which the ring's active key wraps. Opens it again only as what it was sealed as: the same storage key, fence
/// and state. Anything else, one flipped bit included, is a defect and never content.
/// </summary>
public sealed class RecordCipher(KeyRingSource ring)
{
    /// <summary>An owner's word about its record: an answer, a tombstone, or evidence.</summary>
    /// <param name="content">An encoded record. Empty stays empty, which says nothing, but in a finished record: there even that is sealed, so that nobody else can have said it.</param>
    public byte[] Seal(ReadOnlySpan<byte> content, ClaimTicket ticket, RecordState state) =>
        Seal(content, state == RecordState.Done ? SealedRecord.Writer.Owner : SealedRecord.Writer.Evidence, ticket.Key, ticket.Fence, state);

    /// <summary>An operator's word, which ends the record whoever owned it.</summary>
    public byte[] SealOverruling(ReadOnlySpan<byte> content, StorageKey key) =>
        Seal(content, SealedRecord.Writer.Operator, key, fence: 0, RecordState.Done);

    /// <param name="keyId">The key that it says it was sealed under, as far as it says so.</param>
    /// <returns>Null when <paramref name="content"/> is what was sealed.</returns>
    public SealDefect? TryOpen(
        ReadOnlySpan<byte> sealedRecord, StorageKey key, long fence, RecordState state, out byte[] content, out ulong keyId)
    {
        content = [];
        keyId = 0;
        if (sealedRecord.IsEmpty)
            return state == RecordState.Done ? SealDefect.Emptied : null;
        if (sealedRecord[0] != SealedRecord.Version)
            return SealDefect.NotSealed;
        if (sealedRecord.Length < SealedRecord.OverheadInBytes)
            return SealDefect.Damaged;
        keyId = SealedRecord.KeyIdOf(sealedRecord);
        if (ring.Current.Find(keyId) is not { } wrapping)
            return SealDefect.UnknownKey;

        Span<byte> associated = stackalloc byte[SealedRecord.AssociatedInBytes];
        SealedRecord.WriteAssociated(associated, sealedRecord, key, fence, state);
        Span<byte> dataKey = stackalloc byte[RingKey.SizeInBytes];
        try
        {
            if (!wrapping.TryUnwrap(
                sealedRecord[SealedRecord.Nonce], sealedRecord[SealedRecord.WrappedKey], sealedRecord[SealedRecord.KeyTag], dataKey, associated))
            {
                return SealDefect.Damaged;
            }
            var opened = new byte[sealedRecord.Length - SealedRecord.OverheadInBytes];
            using var aes = new AesGcm(dataKey, SealedRecord.TagInBytes);
            aes.Decrypt(Zeros, sealedRecord[SealedRecord.Content], sealedRecord[SealedRecord.ContentTag], opened, associated);
            content = opened;
            return null;
        }
        catch (AuthenticationTagMismatchException)
        {
            return SealDefect.Damaged;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }
    }

    private static ReadOnlySpan<byte> Zeros => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private byte[] Seal(ReadOnlySpan<byte> content, SealedRecord.Writer writer, StorageKey key, long fence, RecordState state)
    {
        if (content.IsEmpty && state != RecordState.Done)
            return [];
        var active = ring.Current.Active;
        var record = new byte[SealedRecord.OverheadInBytes + content.Length];
        SealedRecord.WriteHead(record, writer, active.Id);
        Span<byte> associated = stackalloc byte[SealedRecord.AssociatedInBytes];
        SealedRecord.WriteAssociated(associated, record, key, fence, state);
        Span<byte> dataKey = stackalloc byte[RingKey.SizeInBytes];
        try
        {
            FreshKeys.Take(dataKey);
            active.Wrap(dataKey, record.AsSpan(SealedRecord.Nonce), record.AsSpan(SealedRecord.WrappedKey), record.AsSpan(SealedRecord.KeyTag), associated);
            using var aes = new AesGcm(dataKey, SealedRecord.TagInBytes);
            aes.Encrypt(Zeros, content, record.AsSpan(SealedRecord.Content), record.AsSpan(SealedRecord.ContentTag), associated);
            return record;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }
    }
}

/// <summary>Why a record cannot be opened.</summary>
public enum SealDefect
{
    /// <summary>It lies in plain, from before encryption was switched on or from somebody else's hand.</summary>
    NotSealed,

    /// <summary>Nothing is there, not even a sealed nothing: somebody took it away.</summary>
    Emptied,

    /// <summary>The ring has no key of the id it names.</summary>
    UnknownKey,

    /// <summary>It was changed, cut, moved to another record, or put in another state.</summary>
    Damaged,
}
