using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Tokens;

namespace IdempotencyGateway.Subjects;

/// <summary>Finds the persons that an exchange is about, in the places that the policy names. A value that is missing, empty or present twice is ignored.</summary>
public sealed class SubjectReader(StoreSecret secret)
{
    /// <param name="context">After its caller was identified: claims are read only from a verified token.</param>
    /// <param name="body">The whole body; may be empty when no source is in the body.</param>
    public IReadOnlyList<SubjectKey> OfRequest(IReadOnlyList<SubjectSource> sources, HttpContext context, CallerPolicy caller, ReadOnlyMemory<byte> body) =>
        Keys(sources.Select(source => source switch
        {
            SubjectSource.Request(var place) => SourceReader.Find(place, context.Request, caller, body.Span),
            SubjectSource.Path(var parameter) => context.Request.RouteValues.GetValueOrDefault(parameter) is string part ? KeptEscapes.Decoded(context.Request, part) : null,
            SubjectSource.Claim(var name) => context.Features.Get<VerifiedToken>()?.Claim(name),
            _ => null,
        }));

    /// <param name="body">As the provider sent it.</param>
    public IReadOnlyList<SubjectKey> OfAnswer(IReadOnlyList<SubjectSource> sources, ReadOnlyMemory<byte> body) =>
        Keys(sources.Select(source => source is SubjectSource.Answer(var pointer) ? pointer.FindText(body.Span) : null));

    private SubjectKey[] Keys(IEnumerable<string?> found) =>
        [.. found.Where(subject => !string.IsNullOrEmpty(subject)).Select(subject => SubjectKey.Derive(secret, subject!)).Distinct()];
}
