using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>
/// Takes fingerprints. Equal data gives equal fingerprints whichever encoder wrote it; any other difference in what was sent gives
/// another one. It does not judge whether a body is valid: every input has a fingerprint, and none throws.
/// <para>
/// Framed and hashed under the store secret: method, path, query, chosen headers, media type (without its boundary, where the body was
/// read by it), the form used, and the body in that form. The form is part of it, so a raw body never meets another body's canonical form.
/// </para>
/// </summary>
public sealed class FingerprintHasher(StoreSecret secret)
{
    private const int ScratchInBytes = 1024;

    /// <summary>Pure and synchronous: beside the body it holds at most its canonical form, pooled, while the call lasts.</summary>
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

    /// <summary>One that does not parse takes part as it was sent. None and an empty one are the same.</summary>
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
            // Bytes that were not read by their boundary may be two things by two of them.
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
