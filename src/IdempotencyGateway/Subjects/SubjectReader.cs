using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Tokens;

namespace IdempotencyGateway.Subjects;

/// <summary>Finds whom an exchange is about. What is missing, empty or there twice is not found.</summary>
public sealed class SubjectReader(StoreSecret secret)
{
    /// <param name="context">Its caller is known: only then is anything that a token says believed.</param>
    /// <param name="body">Whole, or empty where only places in the head are asked for.</param>
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
