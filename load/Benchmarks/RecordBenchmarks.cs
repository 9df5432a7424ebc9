using BenchmarkDotNet.Attributes;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Settlement;
using IdempotencyGateway.Protection.Encryption;

namespace IdempotencyGateway.Benchmarks;

/// <summary>Settling, encoding and encrypting an answer on its way into a store, and back.</summary>
public class RecordBenchmarks
{
    private static readonly SettlementPolicy Policy = new(StatusSet.Default);
    private static readonly ForwardOutcome Answered = new ForwardOutcome.Answered(201);
    private static readonly ClaimTicket Ticket = new(new(Digest256.Read(Samples.Bytes)), OwnerId.From(Samples.Bytes.AsSpan(0, OwnerId.SizeInBytes)), Fence: 1);
    private static readonly RecordCipher Cipher = CipherOf(new RingKey(Samples.Bytes, DateTimeOffset.UnixEpoch));

    private static readonly RecordedResponse Response = new(
        201,
        DateTimeOffset.UnixEpoch,
        [new("Content-Type", "application/json"), new("Location", "/v3/session/11111111-2222-3333-4444-555555555555/decision/"), new("X-Request-Id", "0b6f1c9e6b1c4c3a")],
        new byte[300],
        []);

    private static readonly byte[] Encoded = RecordCodec.Encode(Response);
    private static readonly byte[] Sealed = Cipher.Seal(Encoded, Ticket, RecordState.Done);

    [Benchmark]
    public SettlementDecision Settle() => Policy.Settle(Answered);

    [Benchmark]
    public byte[] Encode() => RecordCodec.Encode(Response);

    [Benchmark]
    public RecordedAnswer Decode() => RecordCodec.Decode(Encoded);

    [Benchmark]
    public byte[] Seal() => Cipher.Seal(Encoded, Ticket, RecordState.Done);

    [Benchmark]
    public byte[] Open() => Cipher.TryOpen(Sealed, Ticket.Key, Ticket.Fence, RecordState.Done, out var content, out _) is not { } defect
        ? content
        : throw new InvalidOperationException($"the sample cannot be opened: {defect}");

    private static RecordCipher CipherOf(RingKey key) => new(new KeyRingSource(new KeyRing([key], key)));
}
