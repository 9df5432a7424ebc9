using System.Buffers;

namespace IdempotencyGateway.Configuration.Reading;

/// <summary>The grammar of header names and methods (RFC 9110 §5.6.2).</summary>
internal static class HttpToken
{
    public static readonly SearchValues<char> Characters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static bool IsValid(string text) => text.Length is > 0 and <= 128 && !text.AsSpan().ContainsAnyExcept(Characters);
}
