using System.Net;
using System.Text;

namespace IdempotencyGateway.Core.Bodies;

/// <summary>Finds fields of an application/x-www-form-urlencoded body.</summary>
public static class FormField
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>The field's value, decoded; null when it is missing, empty, repeated, or not UTF-8.</returns>
    public static string? FindText(ReadOnlySpan<byte> body, string name)
    {
        string? found = null;
        foreach (var range in body.Split((byte)'&'))
        {
            var pair = body[range];
            if (NameOf(pair) != name)
                continue;
            if (found is not null)
                return null;
            var equals = pair.IndexOf((byte)'=');
            found = equals < 0 ? "" : Decode(pair[(equals + 1)..]) ?? "";
        }
        return string.IsNullOrEmpty(found) ? null : found;
    }

    /// <param name="pair">The text between two ampersands.</param>
    /// <returns>The pair's name, decoded; null when it is not UTF-8.</returns>
    internal static string? NameOf(ReadOnlySpan<byte> pair)
    {
        var equals = pair.IndexOf((byte)'=');
        return Decode(equals < 0 ? pair : pair[..equals]);
    }

    private static string? Decode(ReadOnlySpan<byte> text)
    {
        try
        {
            return Strict.GetString(WebUtility.UrlDecodeToBytes(text.ToArray(), 0, text.Length)!);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
