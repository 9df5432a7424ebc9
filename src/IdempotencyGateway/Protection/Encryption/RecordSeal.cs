using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Protection.Encryption;

/// <summary>
/// Opens records with the cipher. One that cannot be opened is logged and counted, and reads as <see cref="RecordedAnswer.Unreadable"/>, never as absent: nothing is sent again.
/// </summary>
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
            SealDefect.NotSealed => "it is not encrypted, although encryption is on",
            SealDefect.Emptied => "its content was removed from the store",
            SealDefect.UnknownKey => "it is encrypted under a key that is not in the key ring",
            SealDefect.Damaged => "its encryption shows that it was damaged or changed",
            _ => throw new InvalidOperationException($"no defect {defect}"),
        }));
    }

    /// <summary>Opens a found record. Before it is done, its content is evidence, which is always sealed for the state of doubt, even if the record was taken from doubt since.</summary>
    public StoredRecord Open(StorageKey key, StoredRecord record) =>
        record with { Response = Open(record.Response, key, record.Fence, record.State == RecordState.Done ? RecordState.Done : RecordState.Doubt) };

    [LoggerMessage(EventIds.RecordUnreadable, LogLevel.Error, "Record {StorageKey} cannot be opened ({Defect}, key {KeyId}). Until it can, its retries are refused and nothing is sent for them")]
    private static partial void LogUnreadable(ILogger logger, string storageKey, SealDefect defect, string keyId);
}
