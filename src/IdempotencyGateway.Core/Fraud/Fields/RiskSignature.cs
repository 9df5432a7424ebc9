using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace IdempotencyGateway.Core.Fraud.Fields;

/// <summary>
/// The signature of the three risk fields, which proves that the gateway made them, and when: <c>Risk-Signature: t=1795283090, key="risk-key", v1=:…:</c>, a
/// dictionary (RFC 9651). <c>v1</c> is HMAC-SHA256 over <see cref="Base"/>.
/// </summary>
/// <remarks>
/// It is not bound to a request, so it can be replayed with another one. A backend that can be reached without going through the gateway must prevent that, or refuse signatures
/// that it has seen before.
/// </remarks>
public static class RiskSignature
{
    /// <summary>The minimum length of a key.</summary>
    public const int MinKeyInBytes = 32;

    /// <summary>
    /// The signed text: five lines joined by line feeds, with none at the end: "risk-signature-v1", the time, then the values of <c>Risk-Score</c>,
    /// <c>Risk-Reasons</c> and <c>Risk-Signals</c> as sent, with an empty line for a field that was not sent. No value can contain a line feed.
    /// </summary>
    /// <param name="unixSeconds">The same as <c>t</c>.</param>
    public static string Base(RiskFields fields, long unixSeconds) => string.Create(
        CultureInfo.InvariantCulture, $"risk-signature-v1\n{unixSeconds}\n{fields.Score}\n{fields.Reasons}\n{fields.Signals}");

    /// <param name="at">The current time.</param>
    /// <param name="key">At least 32 bytes.</param>
    /// <param name="keyName">Tells the backend which of its keys to use: 1 to 256 visible ASCII characters or spaces.</param>
    /// <returns>The value of the header field.</returns>
    /// <exception cref="ArgumentException">The key is too short, or its name is invalid.</exception>
    public static string Sign(RiskFields fields, DateTimeOffset at, ReadOnlySpan<byte> key, string keyName)
    {
        if (key.Length < MinKeyInBytes)
            throw new ArgumentException($"a signing key has at least {MinKeyInBytes} bytes, not {key.Length}", nameof(key));
        if (keyName.Length is 0 or > 256 || keyName.AsSpan().ContainsAnyExcept(FieldValue.Visible))
            throw new ArgumentException("a key's name is 1 to 256 ASCII characters", nameof(keyName));

        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(Base(fields, at.ToUnixTimeSeconds())), signature);
        var writer = new FieldWriter(stackalloc char[1024]);
        writer.Member("t", FieldValue.OfInteger(at.ToUnixTimeSeconds()));
        writer.Member("key", FieldValue.OfText(keyName));
        writer.Member("v1", FieldValue.OfBytes(signature));
        return writer.Finish();
    }
}
