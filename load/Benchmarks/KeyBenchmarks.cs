using BenchmarkDotNet.Attributes;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Benchmarks;

/// <summary>Parsing an Idempotency-Key header, and deriving the storage key.</summary>
public class KeyBenchmarks
{
    private const string Bare = "0b6f1c9e-6b1c-4c3a-9a53-2f4f0f6f1a11";
    private const string Quoted = "\"" + Bare + "\"";
    private static readonly CallerScope Caller = CallerScope.FromCredentials(Samples.Secret, [new("x-api-key", "key-of-a-tenant-0001")]);
    private static readonly IdempotencyKey Key = Parse(Bare);

    [Benchmark]
    public bool ParseBare() => IdempotencyKey.TryParse(Bare, out _, out _);

    [Benchmark]
    public bool ParseQuoted() => IdempotencyKey.TryParse(Quoted, out _, out _);

    [Benchmark]
    public StorageKey DeriveStorageKey() => StorageKey.Derive(Samples.Secret, Caller, "create-session", Key, operation: null, separate: null);

    private static IdempotencyKey Parse(string text) =>
        IdempotencyKey.TryParse(text, out var key, out var defect) ? key : throw new InvalidOperationException($"the sample key has a defect: {defect}");
}
