using System.Diagnostics.CodeAnalysis;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Core.Bodies;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Settlement;

namespace IdempotencyGateway.Configuration.Sections;

internal static class RecordSection
{
    private static readonly ValueForm<long> MaxBody = ValueForms.Size(min: 0, max: 256 << 20);

    private static readonly ValueForm<JsonPointer> Part = new(
        "a JSON pointer, such as /person/ssn or /people/*/ssn",
        (string text, [MaybeNullWhen(false)] out JsonPointer value) => JsonPointer.TryParse(text, out value),
        pointer => pointer.Text)
    {
        Shape = new("string") { Pattern = "^/.+$" },
    };

    private static readonly ValueForm<TypePattern> Type = new(
        "a content type, such as application/pdf or image/*", TypePattern.TryParse, pattern => pattern.ToString());

    private static readonly ValueForm<string> KeptHeader = ValueForms.Text(
        "a header name, such as Location, that may be kept (cookies, challenges, tokens and hop-by-hop headers never are)",
        name => HttpToken.IsValid(name) && RecordableHeaders.Default.Keeps(name));

    public static RecordPolicy Read(SectionReader section)
    {
        var defaults = new RecordPolicy();
        var statuses = section.List("Statuses", ValueForms.Status, min: 1, max: 64);
        var body = section.Value("Body", defaults.Body, ValueForms.Choice<RecordBody>());
        var redact = section.List("Redact", Part, min: 1, max: 64);
        if (section.AreRight("Body", "Redact") && (body == RecordBody.Redacted) != (redact is not null))
        {
            section.Reject("Redact", body == RecordBody.Redacted
                ? "is missing: with Body Redacted, write the parts that are removed."
                : $"has no effect with Body {body}: write Body Redacted, or remove it.");
        }
        return new()
        {
            Settlement = new((statuses is null ? null : StatusSet.TryParse(statuses, out _)) ?? defaults.Settlement.Final),
            Body = body,
            Redact = new(redact ?? []),
            DropTypes = section.List("DropTypes", Type, min: 0, max: 64) ?? defaults.DropTypes,
            MaxBodyBytes = (int)section.Value("MaxBody", defaults.MaxBodyBytes, MaxBody),
            Headers = new(
                section.List("DropHeaders", ValueForms.HeaderName, min: 0, max: 64) ?? [],
                section.List("KeepHeaders", KeptHeader, min: 0, max: 64)),
            ShowExpiry = section.Value("ShowExpiry", defaults.ShowExpiry, ValueForms.Boolean),
        };
    }
}
