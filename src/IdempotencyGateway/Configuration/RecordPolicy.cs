using IdempotencyGateway.Core.Bodies;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Settlement;

namespace IdempotencyGateway.Configuration;

/// <summary>What is kept of an answer.</summary>
public sealed record RecordPolicy
{
    /// <summary>Which of the provider's statuses are final; other answers free the key.</summary>
    public SettlementPolicy Settlement { get; init; } = new(StatusSet.Default);

    public RecordBody Body { get; init; }

    /// <summary>The parts that are removed from a JSON body with <see cref="RecordBody.Redacted"/>.</summary>
    public JsonRedactor Redact { get; init; } = new([]);

    /// <summary>Bodies of these types are never kept, such as pictures, recordings and documents of people.</summary>
    public IReadOnlyList<TypePattern> DropTypes { get; init; } = TypePattern.Media;

    /// <summary>The largest response body that is kept, in bytes. A larger one leaves only a tombstone.</summary>
    public int MaxBodyBytes { get; init; } = 1024 * 1024;

    public RecordableHeaders Headers { get; init; } = RecordableHeaders.Default;

    /// <summary>Whether recorded answers tell in a header when the record expires.</summary>
    public bool ShowExpiry { get; init; }
}

public enum RecordBody
{
    Full,

    /// <summary>The body without some parts if it is JSON; other bodies are not kept.</summary>
    Redacted,

    /// <summary>No body: status and headers only.</summary>
    HeadersOnly,

    /// <summary>No body and no headers: the status, and a digest of the body.</summary>
    HashOnly,
}
