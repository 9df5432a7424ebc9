namespace IdempotencyGateway.Core.Bodies;

/// <summary>Tells whether a body is encoded, for instance compressed (Content-Encoding, RFC 9110 §8.4).</summary>
public static class ContentCoding
{
    /// <param name="lines">The header's values; each may list several codings.</param>
    public static bool IsApplied(IEnumerable<string?> lines) =>
        lines.Any(static line => line!.Split(',').Any(static coding => !coding.Trim().Equals("identity", StringComparison.OrdinalIgnoreCase)));
}
