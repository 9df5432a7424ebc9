using IdempotencyGateway.Core.Bodies;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Settlement;

namespace IdempotencyGateway.Configuration;

/// <summary>What is kept of an answer.</summary>
public sealed record RecordPolicy
{
    /// <summary>Which provider statuses are final; others free the key.</summary>
    public SettlementPolicy Settlement { get; init; } = new(StatusSet.Default);

    public RecordBody Body { get; init; }

    /// <summary>What is taken out of a JSON body with <see cref="RecordBody.Redacted"/>.</summary>
    public JsonRedactor Redact { get; init; } = new([]);

    /// <summary>Bodies of these types are never kept: pictures, recordings and documents of people.</summary>
    public IReadOnlyList<TypePattern> DropTypes { get; init; } = TypePattern.Media;

    /// <summary>The largest response body kept, in bytes; of a larger one only the fact is kept.</summary>
    public int MaxBodyBytes { get; init; } = 1024 * 1024;

    public RecordableHeaders Headers { get; init; } = RecordableHeaders.Default;

    /// <summary>Answers that are recorded say until when.</summary>
    public bool ShowExpiry { get; init; }
}

public enum RecordBody
{
    Full,

    /// <summary>JSON without some of its parts; what is not JSON is not kept.</summary>
    Redacted,

    /// <summary>Status and headers.</summary>
    HeadersOnly,

    /// <summary>Status, and a digest of the body.</summary>
    HashOnly,
}
