using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Tests.Keys;

internal static class Secrets
{
    public static StoreSecret One { get; } = Of(1);

    public static StoreSecret Two { get; } = Of(2);

    private static StoreSecret Of(byte value)
    {
        var root = new byte[StoreSecret.SizeInBytes];
        root.AsSpan().Fill(value);
        return new(root);
    }
}
