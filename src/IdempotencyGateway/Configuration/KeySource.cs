using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace IdempotencyGateway.Configuration;

/// <summary>The values that a key is derived from when the client sends none; all of them must be present. Written <c>json:/a+json:/b</c>.</summary>
public sealed partial record KeySource(IReadOnlyList<ValueSource> Parts)
{
    private const int MaxParts = 8;

    public static bool TryParse(string text, [MaybeNullWhen(false)] out KeySource source)
    {
        source = null;
        var parts = new List<ValueSource>();
        foreach (var part in Joint().Split(text))
        {
            if (!ValueSource.TryParse(part, out var value) || value is ValueSource.Caller)
                return false;
            parts.Add(value);
        }
        if (parts.Count is 0 or > MaxParts)
            return false;
        source = new(parts);
        return true;
    }

    public override string ToString() => string.Join('+', Parts);

    /// <summary>A plus sign is a separator only if a source begins after it, because names may contain one.</summary>
    [GeneratedRegex(@"\+(?=(?:header|json|form):)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Joint();
}
