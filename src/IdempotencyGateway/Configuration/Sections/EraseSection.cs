using System.Diagnostics.CodeAnalysis;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Core.Settlement;

namespace IdempotencyGateway.Configuration.Sections;

internal static class EraseSection
{
    private static readonly ValueForm<SubjectSource> InTheHead = new(
        "a place in the request's head: path:<parameter> of the route's path, header:<name>, or claim:<name> of the caller's token",
        (string text, [MaybeNullWhen(false)] out SubjectSource source) => SubjectSource.TryParse(text, out source) && source.IsInTheHead,
        source => source.ToString())
    {
        Shape = new("string") { Pattern = "^(path|header|claim):.+$" },
    };

    /// <returns>Null when the policy erases nothing.</returns>
    public static ErasePolicy? Read(SectionReader section)
    {
        var subject = section.List("Subject", InTheHead, min: 1, max: 8);
        var on = section.List("On", ValueForms.Status, min: 1, max: 64);
        if (subject is null && on is not null)
            section.Reject("Subject", "is missing: write the places at which a request names the person whom it deletes.");
        return subject is null ? null : new(subject, StatusSet.TryParse(on ?? ["2xx"], out _) ?? StatusSet.TryParse(["2xx"], out _)!);
    }
}
