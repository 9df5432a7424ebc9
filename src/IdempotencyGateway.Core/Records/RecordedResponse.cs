namespace IdempotencyGateway.Core.Records;

/// <summary>A provider's answer as it is kept and replayed.</summary>
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
    /// <summary>The trace under which it was made; null where there was none.</summary>
    public TraceReference? Trace { get; init; }

    /// <summary>What <c>Body</c> is of the provider's; whoever replays it has to say so.</summary>
    public KeptBody Kept { get; init; }
}
