using System.Buffers;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace SimulatedProvider.Checks;

/// <summary>The result of reading a multipart body: exactly one of the three cases below.</summary>
internal abstract record MultipartUpload
{
    public const int MaxPartBytes = 5 * 1024 * 1024;
    private const int MaxParts = 10;
    private const int ChunkBytes = 64 * 1024;

    private MultipartUpload()
    {
    }

    /// <summary>A well-formed body with at least one part, each of which has a name.</summary>
    public sealed record Received(IReadOnlyList<UploadedPart> Parts) : MultipartUpload;

    /// <summary>A part is larger than <see cref="MaxPartBytes"/>. The rest of the body was not read.</summary>
    public sealed record TooLarge : MultipartUpload;

    /// <summary>The body is not multipart, is malformed, or has no parts or too many.</summary>
    public sealed record Malformed : MultipartUpload;

    public static async ValueTask<MultipartUpload> ReadAsync(HttpRequest request)
    {
        if (BoundaryOf(request) is not { } boundary)
            return new Malformed();
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            return await ReadPartsAsync(new MultipartReader(boundary, request.Body), chunk);
        }
        catch (Exception broken) when (broken is InvalidDataException || broken.GetType() == typeof(IOException))
        {
            // The reader throws these two for malformed bodies. A disconnect is a subclass of IOException and is not caught.
            return new Malformed();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private static async ValueTask<MultipartUpload> ReadPartsAsync(MultipartReader reader, byte[] chunk)
    {
        var parts = new List<UploadedPart>();
        while (await reader.ReadNextSectionAsync() is { } section)
        {
            if (parts.Count == MaxParts
                || !ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                || HeaderUtilities.RemoveQuotes(disposition.Name) is not { Length: > 0 } name)
            {
                return new Malformed();
            }
            if (await SizeOfAsync(section.Body, chunk) is not { } size)
                return new TooLarge();
            parts.Add(new UploadedPart(name.ToString(), FileNameOf(disposition), section.ContentType, size));
        }
        return parts.Count > 0 ? new Received(parts) : new Malformed();
    }

    /// <returns>Null when the part is larger than <see cref="MaxPartBytes"/>.</returns>
    private static async ValueTask<long?> SizeOfAsync(Stream part, byte[] chunk)
    {
        long size = 0;
        while (await part.ReadAsync(chunk) is > 0 and var read)
        {
            size += read;
            if (size > MaxPartBytes)
                return null;
        }
        return size;
    }

    private static string? BoundaryOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 } boundary
            ? boundary.ToString()
            : null;

    private static string? FileNameOf(ContentDispositionHeaderValue disposition) =>
        HeaderUtilities.RemoveQuotes(disposition.FileName) is { Length: > 0 } name ? name.ToString() : null;
}
