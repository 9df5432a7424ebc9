using System.Buffers;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>
/// The canonical form of multipart/* (RFC 2046): for each part, in order, its headers and a hash of its content. The boundary is left out, because SDKs
/// draw a new one for every call. Contents are hashed in place and not copied, because they are photographs and recordings of several megabytes.
/// <para>
/// Only bodies that all parsers split alike are accepted: no preamble, no epilogue except a line break, no padding after a boundary, and no
/// line in a content that begins like a boundary.
/// A multipart body nested in a part is treated as content, including its boundary.
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
