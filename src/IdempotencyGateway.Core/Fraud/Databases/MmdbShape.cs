namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>
/// Opens a database only if its type contains one of the expected names, such as City in "GeoLite2-City" or "DBIP-City-Lite". A database of another type would silently find nothing.
/// </summary>
internal static class MmdbShape
{
    /// <returns>Null when the file is damaged or of another type.</returns>
    public static MmdbFile? TryOpen(ReadOnlyMemory<byte> file, out string? problem, params ReadOnlySpan<string> shapes)
    {
        var opened = MmdbFile.TryOpen(file, out problem);
        if (opened is null)
            return null;
        foreach (var shape in shapes)
        {
            if (opened.Metadata.Type.Contains(shape, StringComparison.OrdinalIgnoreCase))
                return opened;
        }
        problem = $"the database is of type \"{opened.Metadata.Type}\"; use one of type {string.Join(", ", shapes!)}";
        return null;
    }
}
