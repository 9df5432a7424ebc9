using System.Diagnostics.CodeAnalysis;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Core.Fingerprints;

namespace IdempotencyGateway.Configuration.Sections;

internal static class FingerprintSection
{
    /// <summary>Headers that change with every attempt: with one of them, every retry would look like another request.</summary>
    private static readonly string[] NeverTakePart =
    [
        "date", "dpop", "signature", "signature-input", "traceparent", "tracestate", "baggage", "x-request-id", "x-signature", "x-hmac-signature",
        "x-timestamp", "x-app-access-sig", "x-app-access-ts", "x-amz-date", "b3", "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-amzn-trace-id", "x-cloud-trace-context", "uber-trace-id",
    ];

    private static readonly ValueForm<string> Header = ValueForms.Text(
        "a header name that stays the same from one attempt to the next (dates, traces, signatures and DPoP never take part)",
        name => HttpToken.IsValid(name) && !NeverTakePart.Contains(name, StringComparer.OrdinalIgnoreCase));

    private static readonly ValueForm<ValueSource> BodyPart = new(
        "a part of the body: json:/<pointer> to a member, or form:<field>",
        (text, [MaybeNullWhen(false)] out value) => ValueSource.TryParse(text, out value) && value.NeedsBody,
        part => part.ToString())
    {
        Shape = new("string") { Pattern = "^(json|form):.+$" },
    };

    public static FingerprintPolicy Read(SectionReader section)
    {
        var defaults = new FingerprintPolicy();
        var body = section.Value("Body", defaults.Body, ValueForms.Choice<BodyForm>());
        var except = section.List("Except", BodyPart, min: 0, max: 32) ?? [];
        if (except.Count > 0 && body is (BodyForm.Raw or BodyForm.Multipart) && section.AreRight("Body", "Except"))
            section.Reject("Except", $"has no effect with Body {body}: only members of JSON and fields of forms can be excluded. Remove it, or write another Body.");
        var headers = section.List("Headers", Header, min: 0, max: 32);
        return new()
        {
            Body = body,
            Except = new([.. except.OfType<ValueSource.Json>().Select(p => p.Path)], [.. except.OfType<ValueSource.Form>().Select(p => p.Field)]),
            Headers = headers?.Select(h => h.ToLowerInvariant()).Distinct(StringComparer.Ordinal).ToArray() ?? defaults.Headers,
            OnMismatch = section.Value("OnMismatch", defaults.OnMismatch, ValueForms.Choice<OnMismatch>()),
            MismatchStatus = section.Value("MismatchStatus", defaults.MismatchStatus, ValueForms.Integer(400, 599)),
        };
    }
}
