using System.Security.Cryptography;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Protection.Encryption;

/// <summary>
/// Envelope encryption of a record's content: AES-256-GCM under a data key of its own, which the ring's active key wraps. A sealed record opens only for the storage key, fence and state
/// that it was sealed for. Anything else, such as a flipped bit, is a <see cref="SealDefect"/> and never content.
/// </summary>
public sealed class RecordCipher(KeyRingSource ring)
{
    /// <summary>Seals what an owner writes into its record: an answer, a tombstone, or evidence.</summary>
    /// <param name="content">
    /// An encoded record. Empty evidence stays empty. Empty content of a done record is sealed, so that emptying a record in the store is detected.
    /// </param>
    public byte[] Seal(ReadOnlySpan<byte> content, ClaimTicket ticket, RecordState state) =>
        Seal(content, state == RecordState.Done ? SealedRecord.Writer.Owner : SealedRecord.Writer.Evidence, ticket.Key, ticket.Fence, state);

    /// <summary>Seals what an operator writes, which ends the record whoever owned it.</summary>
    public byte[] SealOverruling(ReadOnlySpan<byte> content, StorageKey key) =>
        Seal(content, SealedRecord.Writer.Operator, key, fence: 0, RecordState.Done);

    /// <param name="keyId">The id of the key that the record names; 0 when it names none.</param>
    /// <returns>Null when the record is intact, and <paramref name="content"/> is what was sealed.</returns>
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
    /// <summary>The record is not encrypted: it is older than the encryption, or somebody wrote it into the store.</summary>
    NotSealed,

    /// <summary>A done record has no content, not even sealed empty content: somebody removed it.</summary>
    Emptied,

    /// <summary>The ring has no key with the id that the record names.</summary>
    UnknownKey,

    /// <summary>The content was changed, truncated, moved to another record, or put in another state.</summary>
    Damaged,
}
