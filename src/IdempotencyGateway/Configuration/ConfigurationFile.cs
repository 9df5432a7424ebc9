namespace IdempotencyGateway.Configuration;

/// <summary>A file that was read for a configuration, or was missing.</summary>
/// <param name="Path">A full path, symbolic links not followed.</param>
/// <param name="Digest">SHA-256 of the content that was read, in hex; null when there was nothing to read.</param>
public sealed record ConfigurationFile(string Path, string? Digest);
