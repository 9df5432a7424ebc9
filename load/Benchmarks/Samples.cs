using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Benchmarks;

/// <summary>Fixed sample secrets, which protect nothing.</summary>
internal static class Samples
{
    public static byte[] Bytes { get; } = [.. Enumerable.Range(1, StoreSecret.SizeInBytes).Select(number => (byte)number)];

    public static StoreSecret Secret { get; } = new(Bytes);
}
