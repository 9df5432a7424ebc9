namespace IdempotencyGateway.Core.Bodies;

/// <summary>Whether a body is what it says, or something that has to be unpacked first (Content-Encoding, RFC 9110 §8.4).</summary>
public static class ContentCoding
{
    /// <param name="lines">The header's values; each may list several codings.</param>
    public static bool IsApplied(IEnumerable<string?> lines) =>
        lines.Any(static line => line!.Split(',').Any(static coding => !coding.Trim().Equals("identity", StringComparison.OrdinalIgnoreCase)));
}
