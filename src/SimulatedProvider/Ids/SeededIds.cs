using System.Buffers.Binary;

namespace SimulatedProvider.Ids;

/// <summary>
/// Generates version 4 UUIDs and tokens that depend only on a seed and a number, so they are the same in every run, whatever runs concurrently, and need
/// no lock. The first 48 bits of a UUID are its scrambled number, so a session is found by its id without an index.
/// Not for secrets.
/// </summary>
internal sealed class SeededIds(ulong seed)
{
    public const int TokenLength = 12;

    private const ulong Low48 = (1UL << 48) - 1;
    private const ulong Odd = 0x9E37_79B9_7F4B;
    private static readonly ulong OddInverse = InverseOf(Odd);
    private readonly ulong _mask = Mix(seed) & Low48;

    private static ReadOnlySpan<byte> Alphabet => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8;

    public Guid IdOf(long number)
    {
        var random = Mix(seed ^ Mix((ulong)number));
        Span<byte> bytes = stackalloc byte[16];
        var scrambled = (((ulong)number ^ _mask) * Odd) & Low48;
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (scrambled << 16) | 0x4000 | (random & 0x0FFF));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], 0x8000_0000_0000_0000 | (Mix(random) >> 2));
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The number of an id that was made with this seed; an arbitrary number for any other id.</summary>
    public long NumberOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var scrambled = BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16;
        return (long)(((scrambled * OddInverse) & Low48) ^ _mask);
    }

    public void WriteToken(long number, Span<byte> token)
    {
        var random = Mix(~seed ^ Mix((ulong)number));
        foreach (ref var letter in token[..TokenLength])
        {
            letter = Alphabet[(int)(random % (ulong)Alphabet.Length)];
            random = Mix(random);
        }
    }

    /// <summary>The finalizer of SplitMix64, a bijection in which every input bit affects every output bit.</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E37_79B9_7F4A_7C15;
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }

    /// <summary>The inverse modulo 2^64, by Newton's iteration, which doubles the number of correct bits in each round.</summary>
    private static ulong InverseOf(ulong odd)
    {
        var inverse = odd;
        for (var round = 0; round < 6; round++)
            inverse *= 2 - (odd * inverse);
        return inverse;
    }
}
