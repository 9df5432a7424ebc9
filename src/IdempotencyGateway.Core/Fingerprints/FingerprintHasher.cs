using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>
/// Computes fingerprints. Equal data gives equal fingerprints, whichever encoder wrote it; any other difference gives
/// different ones. It does not validate: every input has a fingerprint, and none throws.
/// <para>
/// The hash, under the store secret, covers method, path, query, chosen headers, media type (without the boundary, if the body was
/// parsed by it), the form used, and the body in that form. The form is included so that a raw body cannot collide with another body's canonical form.
/// </para>
/// </summary>
public sealed class FingerprintHasher(StoreSecret secret)
{
    private const int ScratchInBytes = 1024;

    /// <summary>Pure and synchronous. During the call it holds at most one more copy of the body, its canonical form, in pooled memory.</summary>
    public FingerprintResult Compute(in FingerprintSubject subject)
    {
        var mediaType = MediaType.Parse(subject.ContentType, stackalloc byte[MediaType.MaxLength]);
        var hash = new FramedHash(stackalloc byte[ScratchInBytes]);
        try
        {
            hash.Add(subject.Method);
            hash.Add(subject.Path);
            hash.Add(subject.Query);
            hash.AddCount(subject.Headers.Length);
            foreach (var (name, value) in subject.Headers)
            {
                hash.Add(name);
                hash.Add(value);
            }
            AddMediaType(ref hash, subject.ContentType, mediaType);
            return FinishWithBody(ref hash, subject, mediaType);
        }
        finally
        {
            hash.Dispose();
        }
    }

    /// <summary>A media type that does not parse is hashed as it was sent. A missing and an empty one are the same.</summary>
    private static void AddMediaType(ref FramedHash hash, string? contentType, in MediaType mediaType)
    {
        hash.AddCount(mediaType.IsKnown ? 1 : 0);
        if (!mediaType.IsKnown)
        {
            hash.Add(contentType);
            return;
        }
        var text = new WipedBuffer(stackalloc byte[MediaType.MaxLength]);
        try
        {
            mediaType.Write(ref text);
            hash.Add(text.Written);
        }
        finally
        {
            text.Dispose();
        }
    }

    private FingerprintResult FinishWithBody(ref FramedHash hash, in FingerprintSubject subject, in MediaType mediaType)
    {
        var canonical = new WipedBuffer(stackalloc byte[ScratchInBytes]);
        try
        {
            var form = subject.Body.IsEmpty ? BodyForm.Raw : CanonicalForm.Choose(subject.Form, mediaType);
            if (!CanonicalForm.TryWrite(form, subject.Body, mediaType, subject.Except ?? ExceptedParts.None, secret.Contents, ref canonical))
                form = BodyForm.Raw;
            hash.AddCount((int)form);
            // The raw bytes of a multipart body can parse to different parts under different boundaries, so here the boundary counts.
            if (form == BodyForm.Raw && mediaType.IsMultipart && !subject.Body.IsEmpty)
                hash.Add(subject.ContentType);
            return new(new(hash.FinishWith(form == BodyForm.Raw ? subject.Body : canonical.Written, secret.Fingerprints)), form);
        }
        finally
        {
            canonical.Dispose();
        }
    }
}
