using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>
/// The closed set of forms a body can take part in. A canonical form gives equal bytes for bodies that every reader reads as equal data,
/// and different bytes for all others; where readers disagree, it keeps bodies apart: a needless 422 is seen, a wrong replay is not.
/// </summary>
internal static class CanonicalForm
{
    /// <returns>Never <see cref="BodyForm.Auto"/>.</returns>
    public static BodyForm Choose(BodyForm asked, in MediaType mediaType) => asked switch
    {
        BodyForm.Auto when mediaType.IsJson => BodyForm.Json,
        BodyForm.Auto when mediaType.IsForm => BodyForm.Form,
        BodyForm.Auto when mediaType.IsMultipart => BodyForm.Multipart,
        BodyForm.Auto => BodyForm.Raw,
        _ => asked,
    };

    /// <param name="contents">Stands in for contents that are too large to be written out.</param>
    /// <returns>False when the form is raw, or the body does not parse in it and <paramref name="canonical"/> is of no use.</returns>
    public static bool TryWrite(
        BodyForm form, ReadOnlySpan<byte> body, in MediaType mediaType, ExceptedParts except, ContentHash contents, ref WipedBuffer canonical) => form switch
        {
            BodyForm.Raw => false,
            BodyForm.Json => mediaType.IsUtf8 && JsonCanonicalForm.TryWrite(body, except, ref canonical),
            BodyForm.Form => FormCanonicalForm.TryWrite(body, except, ref canonical),
            BodyForm.Multipart => MultipartCanonicalForm.TryWrite(body, mediaType.Boundary, contents, ref canonical),
            _ => throw new InvalidOperationException($"no canonical form for {form}"),
        };
}
