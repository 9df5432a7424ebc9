using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Core.Records;

/// <summary>A provider's answer in the form in which it is recorded and replayed.</summary>
/// <param name="Status">200 to 599.</param>
/// <param name="RecordedAt">By the gateway's clock; replays derive <c>Age</c> from it.</param>
/// <param name="Headers">In the provider's order, a repeated header as repeated pairs, without those that <see cref="RecordableHeaders"/> drops.</param>
/// <param name="Body">As it came: content codings are kept, transfer codings are not.</param>
/// <param name="Trailers">As <paramref name="Headers"/>.</param>
public sealed record RecordedResponse(
    int Status,
    DateTimeOffset RecordedAt,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    ReadOnlyMemory<byte> Body,
    IReadOnlyList<KeyValuePair<string, string>> Trailers)
{
    /// <summary>The trace in which the answer was made; null where there was none.</summary>
    public TraceReference? Trace { get; init; }

    /// <summary>How much of the provider's body <c>Body</c> is. A replay must tell the client.</summary>
    public KeptBody Kept { get; init; }

    /// <summary>The fraud verdict over the request when it was sent; null where it was not scored, or scored in a format that this version cannot read.</summary>
    public Verdict? Verdict { get; init; }
}
