using System.Diagnostics.CodeAnalysis;

namespace IdempotencyGateway.Configuration;

/// <summary>The place that names the subject of a request: a place in it, or a claim of its bearer token. Written <c>json:/pointer</c>, <c>claim:sub</c>.</summary>
/// <param name="Place">Null for a claim.</param>
/// <param name="Claim">Null for a place. The claim is only what the sender asserts if the token is not verified (<see cref="FraudProfile.Issuer"/>).</param>
public sealed record RiskSubject(ValueSource? Place, string? Claim)
{
    private const string ClaimPrefix = "claim:";

    public static bool TryParse(string text, [MaybeNullWhen(false)] out RiskSubject source)
    {
        source = null;
        if (text.StartsWith(ClaimPrefix, StringComparison.Ordinal) && text.Length is > 6 and <= 70)
            source = new(null, text[ClaimPrefix.Length..]);
        else if (ValueSource.TryParse(text, out var place) && place is not ValueSource.Caller)
            source = new(place, null);
        return source is not null;
    }

    public override string ToString() => Claim is null ? Place!.ToString()! : ClaimPrefix + Claim;
}
