using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace IdempotencyGateway.Configuration;

/// <summary>What a key is made of when the client sends none: one value or several, all of which must be there. Written <c>json:/a+json:/b</c>.</summary>
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

    /// <summary>A plus sign joins only where a source begins behind it; names may hold one.</summary>
    [GeneratedRegex(@"\+(?=(?:header|json|form):)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Joint();
}
