using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace IdempotencyGateway.Core.Fraud.Fields;

/// <summary>
/// Proves that the three risk fields are the gateway's and when it sent them: <c>Risk-Signature: t=1795283090, key="risk-key", v1=:…:</c>, a
/// dictionary (RFC 9651). <c>v1</c> is HMAC-SHA256 over <see cref="Base"/>.
/// </summary>
/// <remarks>
/// It does not say which request the fields belonged to. A backend that strangers can reach beside the gateway has to close that way, or refuse a signature
/// that it has seen.
/// </remarks>
public static class RiskSignature
{
    /// <summary>The least that a key has.</summary>
    public const int MinKeyInBytes = 32;

    /// <summary>
    /// What is signed, five lines joined by a line feed, none at the end: "risk-signature-v1", the time, then the values of <c>Risk-Score</c>,
    /// <c>Risk-Reasons</c> and <c>Risk-Signals</c> as they were sent, an empty line for one that was not. No value can hold a line feed.
    /// </summary>
    /// <param name="unixSeconds">As in <c>t</c>.</param>
    public static string Base(RiskFields fields, long unixSeconds) => string.Create(
        CultureInfo.InvariantCulture, $"risk-signature-v1\n{unixSeconds}\n{fields.Score}\n{fields.Reasons}\n{fields.Signals}");

    /// <param name="at">Now.</param>
    /// <param name="key">At least 32 bytes.</param>
    /// <param name="keyName">Tells the backend which of its keys to take: 1 to 256 visible ASCII characters or spaces.</param>
    /// <returns>The field's value.</returns>
    /// <exception cref="ArgumentException">The key is too short, or its name unfit.</exception>
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
