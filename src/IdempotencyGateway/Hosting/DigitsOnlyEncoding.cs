using System.Text;

namespace IdempotencyGateway.Hosting;

/// <summary>
/// How a Content-Length is read: 1*DIGIT (RFC 9110 §8.6) and nothing else. Kestrel takes "+2" for 2 and passes on only the number, so this is the one
/// place that still sees what was sent: anything but a digit becomes a character that no number has.
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
        // Kestrel has room for the longest number there is; anything longer is not a number.
        var count = Math.Min(byteCount, chars.Length - charIndex);
        for (var i = 0; i < count; i++)
            chars[charIndex + i] = bytes[byteIndex + i] is var digit and >= (byte)'0' and <= (byte)'9' ? (char)digit : NoDigit;
        return count;
    }

    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    public override int GetMaxCharCount(int byteCount) => byteCount;

    public override int GetByteCount(char[] chars, int index, int count) => count;

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        throw new NotSupportedException("only reads");

    public override int GetMaxByteCount(int charCount) => charCount;
}
