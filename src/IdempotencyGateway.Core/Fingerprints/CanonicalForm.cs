using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>
/// Writes a body in its canonical form: equal bytes for bodies that every parser reads as equal data, and different bytes for all others. Bodies about which parsers
/// disagree stay different, because somebody notices a needless 422 and nobody notices a wrong replay.
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

    /// <param name="contents">Hashes the contents of multipart parts, which are too large to be copied.</param>
    /// <returns>False when the form is raw or the body does not parse in this form. What is in <paramref name="canonical"/> must then not be used.</returns>
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
