namespace IdempotencyGateway.Core.Claims;

/// <summary>Identifies the owner of a claim. Drawn at random for each attempt, not for each process, so that a late write of an earlier attempt in the same process is refused.</summary>
public readonly record struct OwnerId(UInt128 Value)
{
    public const int SizeInBytes = 16;

    /// <param name="random">Sixteen random bytes.</param>
    public static OwnerId From(ReadOnlySpan<byte> random) =>
        new(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(random));

    public void Write(Span<byte> destination) =>
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(destination, Value);
}
