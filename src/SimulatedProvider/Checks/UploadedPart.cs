namespace SimulatedProvider.Checks;

/// <summary>One part of a multipart body. Only the size of its content is kept.</summary>
internal readonly record struct UploadedPart(string Name, string? FileName, string? ContentType, long SizeInBytes);
