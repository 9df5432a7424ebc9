using System.Text;

namespace IdempotencyGateway.Hosting;

/// <summary>
/// Decodes a Content-Length so that only 1*DIGIT (RFC 9110 §8.6) is accepted. Kestrel parses "+2" as 2 and exposes only the number, so no later check can
/// see what was sent. This encoding decodes every byte that is not a digit as '?', and Kestrel then refuses the value.
/// </summary>
internal sealed class DigitsOnlyEncoding : Encoding
{
    private const char NoDigit = '?';

    private DigitsOnlyEncoding()
    {
    }

    public static DigitsOnlyEncoding Instance { get; } = new();

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        // Kestrel's buffer is longer than the longest number, and it refuses a value that fills the buffer. So a value that is cut off here is refused.
        var count = Math.Min(byteCount, chars.Length - charIndex);
        for (var i = 0; i < count; i++)
            chars[charIndex + i] = bytes[byteIndex + i] is var digit and >= (byte)'0' and <= (byte)'9' ? (char)digit : NoDigit;
        return count;
    }

    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    public override int GetMaxCharCount(int byteCount) => byteCount;

    public override int GetByteCount(char[] chars, int index, int count) => count;

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        throw new NotSupportedException("This encoding only decodes.");

    public override int GetMaxByteCount(int charCount) => charCount;
}
