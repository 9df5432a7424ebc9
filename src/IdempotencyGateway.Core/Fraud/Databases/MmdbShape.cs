namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>Databases of different makers name their shape in their type: "GeoLite2-City", "DBIP-City-Lite". Any other would answer every question with nothing.</summary>
internal static class MmdbShape
{
    /// <returns>Null when it is damaged, or its type names none of the shapes.</returns>
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
        problem = $"a database of type \"{opened.Metadata.Type}\"; here one of {string.Join(", ", shapes!)} is needed";
        return null;
    }
}
