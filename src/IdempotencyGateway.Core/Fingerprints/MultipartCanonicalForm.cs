using System.Buffers;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>
/// multipart/* (RFC 2046): for each part in order its headers and a hash of its content. The boundary takes no part, because SDKs
/// draw a new one for every call. Contents are hashed where they lie: photographs and recordings, megabytes of each request.
/// <para>
/// Only what all readers cut up alike is accepted: no preamble, no epilogue but a line's end, no padding behind a boundary, and no
/// line within a content that begins like one.
/// A multipart within a part is content, its own boundary included.
/// </para>
/// </summary>
internal static class MultipartCanonicalForm
{
    private const int MaxBoundaryInBytes = 70;

    private static readonly SearchValues<byte> BoundaryBytes = SearchValues.Create(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+_,-./:=? "u8);

    public static bool TryWrite(ReadOnlySpan<byte> body, ReadOnlySpan<byte> boundary, ContentHash contents, ref WipedBuffer canonical)
    {
        if (boundary.Length is 0 or > MaxBoundaryInBytes || boundary.ContainsAnyExcept(BoundaryBytes) || boundary[^1] == ' ')
            return false;
        Span<byte> delimiter = stackalloc byte[4 + MaxBoundaryInBytes];
        "\r\n--"u8.CopyTo(delimiter);
        boundary.CopyTo(delimiter[4..]);
        delimiter = delimiter[..(4 + boundary.Length)];
        if (!body.StartsWith(delimiter[2..]))
            return false;
        var rest = body[(delimiter.Length - 2)..];
        while (rest.StartsWith("\r\n"u8))
        {
            if (!PartHeaders.TryRead(rest[2..], out var headers, out var content))
                return false;
            var length = content.IndexOf(delimiter);
            if (length < 0)
                return false;
            headers.Write(ref canonical);
            contents.Compute(content[..length], canonical.Reserve(ContentHash.SizeInBytes)[..ContentHash.SizeInBytes]);
            canonical.Advance(ContentHash.SizeInBytes);
            rest = content[(length + delimiter.Length)..];
        }
        return rest.SequenceEqual("--"u8) || rest.SequenceEqual("--\r\n"u8);
    }
}
