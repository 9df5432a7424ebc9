namespace SimulatedProvider.Checks;

/// <summary>One part of a multipart body; the content itself is counted and forgotten.</summary>
internal readonly record struct UploadedPart(string Name, string? FileName, string? ContentType, long SizeInBytes);
