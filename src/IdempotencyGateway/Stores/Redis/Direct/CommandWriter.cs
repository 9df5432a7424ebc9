using System.Buffers;
using System.Buffers.Text;

namespace IdempotencyGateway.Stores.Redis.Direct;

/// <summary>Writes commands in Redis's protocol (RESP): the number of words, then each with its length.</summary>
internal static class CommandWriter
{
    private const int LongestNumber = 20;

    public static void Write(ArrayBufferWriter<byte> output, ReadOnlySpan<ReadOnlyMemory<byte>> words)
    {
        WriteLength(output, (byte)'*', words.Length);
        foreach (var word in words)
        {
            WriteLength(output, (byte)'$', word.Length);
            output.Write(word.Span);
            output.Write("\r\n"u8);
        }
    }

    public static byte[] Number(long number)
    {
        Span<byte> digits = stackalloc byte[LongestNumber];
        Utf8Formatter.TryFormat(number, digits, out var length);
        return digits[..length].ToArray();
    }

    private static void WriteLength(ArrayBufferWriter<byte> output, byte kind, int length)
    {
        var line = output.GetSpan(LongestNumber + 3);
        line[0] = kind;
        Utf8Formatter.TryFormat(length, line[1..], out var digits);
        line[digits + 1] = (byte)'\r';
        line[digits + 2] = (byte)'\n';
        output.Advance(digits + 3);
    }
}
