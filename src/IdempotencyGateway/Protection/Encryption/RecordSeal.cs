using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Protection.Encryption;

/// <summary>The cipher, and what happens when it cannot open a record: the operator sees an error, the client gets an honest answer. Nothing is ever executed again because of it.</summary>
public sealed partial class RecordSeal(RecordCipher cipher, GatewayMetrics metrics, ILogger<RecordSeal> logger)
{
    public RecordCipher Cipher { get; } = cipher;

    /// <returns>The encoded record, or an encoded <see cref="RecordedAnswer.Unreadable"/>.</returns>
    public ReadOnlyMemory<byte> Open(ReadOnlyMemory<byte> content, StorageKey key, long fence, RecordState state)
    {
        if (Cipher.TryOpen(content.Span, key, fence, state, out var opened, out var keyId) is not { } defect)
            return opened;
        metrics.RecordUnreadable(defect);
        LogUnreadable(logger, key.ToString(), defect, RingKey.NameOf(keyId));
        return RecordCodec.Encode(new RecordedAnswer.Unreadable(defect switch
        {
            SealDefect.NotSealed => "it is not encrypted, and here every record is",
            SealDefect.Emptied => "what it said was taken out of the store",
            SealDefect.UnknownKey => "it is encrypted under a key that is not in the key ring",
            SealDefect.Damaged => "its encryption shows that it was damaged or changed",
            _ => throw new InvalidOperationException($"no defect {defect}"),
        }));
    }

    /// <summary>What a record keeps before it is done is evidence of a doubt, which it may have been taken from.</summary>
    public StoredRecord Open(StorageKey key, StoredRecord record) =>
        record with { Response = Open(record.Response, key, record.Fence, record.State == RecordState.Done ? RecordState.Done : RecordState.Doubt) };

    [LoggerMessage(EventIds.RecordUnreadable, LogLevel.Error, "Record {StorageKey} cannot be opened ({Defect}, key {KeyId}). Its retries are refused until it can, and nothing is sent for them")]
    private static partial void LogUnreadable(ILogger logger, string storageKey, SealDefect defect, string keyId);
}
