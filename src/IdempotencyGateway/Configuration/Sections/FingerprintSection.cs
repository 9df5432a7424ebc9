using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Core.Fingerprints;

namespace IdempotencyGateway.Configuration.Sections;

internal static class FingerprintSection
{
    /// <summary>New with every attempt, so that every retry would look like another request.</summary>
    private static readonly string[] NeverTakePart =
        ["date", "dpop", "signature", "signature-input", "traceparent", "tracestate", "baggage", "x-request-id", "x-signature", "x-hmac-signature"];

    private static readonly ValueForm<string> Header = ValueForms.Text(
        "a header name that stays the same from one attempt to the next (dates, traces, signatures and DPoP never take part)",
        name => HttpToken.IsValid(name) && !NeverTakePart.Contains(name, StringComparer.OrdinalIgnoreCase));

    public static FingerprintPolicy Read(SectionReader section)
    {
        var defaults = new FingerprintPolicy();
        var headers = section.List("Headers", Header, min: 0, max: 32);
        return new()
        {
            Body = section.Value("Body", defaults.Body, ValueForms.Choice<BodyForm>()),
            Headers = headers?.Select(h => h.ToLowerInvariant()).Distinct(StringComparer.Ordinal).ToArray() ?? defaults.Headers,
            OnMismatch = section.Value("OnMismatch", defaults.OnMismatch, ValueForms.Choice<OnMismatch>()),
            MismatchStatus = section.Value("MismatchStatus", defaults.MismatchStatus, ValueForms.Integer(400, 599)),
        };
    }
}
