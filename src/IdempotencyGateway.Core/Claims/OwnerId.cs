namespace IdempotencyGateway.Core.Claims;

/// <summary>Who claims: drawn at random for each attempt (not each process), so that a late answer of an earlier attempt proves nothing.</summary>
public readonly record struct OwnerId(UInt128 Value)
{
    public const int SizeInBytes = 16;

    /// <param name="random">Sixteen random bytes.</param>
    public static OwnerId From(ReadOnlySpan<byte> random) =>
        new(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(random));

    public void Write(Span<byte> destination) =>
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(destination, Value);
}
