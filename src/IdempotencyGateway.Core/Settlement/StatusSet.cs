namespace IdempotencyGateway.Core.Settlement;

/// <summary>
/// The set of provider statuses that are final answers. Built from classes ("2xx") and codes ("429"). A class excludes the statuses that
/// say "not now" or "not authorized" (401, 403, 408, 425, 429); these are included only if named as codes.
/// </summary>
public sealed class StatusSet
{
    private static readonly int[] NotFinalByDefault = [401, 403, 408, 425, 429];
    private readonly bool[] _final = new bool[600];

    private StatusSet(IEnumerable<string> patterns) => Patterns = [.. patterns];

    /// <summary>All classes. A 5xx is final, too, because the provider may have acted before it failed.</summary>
    public static StatusSet Default { get; } = TryParse(["2xx", "3xx", "4xx", "5xx"], out _)!;

    public IReadOnlyList<string> Patterns { get; }

    /// <summary>A status that no pattern can name (outside 200 to 599) counts as 500, as RFC 9110 §15 advises clients.</summary>
    public bool Contains(int status) => _final[status is >= 200 and < 600 ? status : 500];

    /// <param name="wrong">The first pattern that is neither a class "2xx".."5xx" nor a code "200".."599".</param>
    /// <returns>Null when a pattern is wrong.</returns>
    public static StatusSet? TryParse(IReadOnlyList<string> patterns, out string? wrong)
    {
        var set = new StatusSet(patterns);
        foreach (var pattern in patterns.Where(IsClass).Concat(patterns.Where(p => !IsClass(p))))
        {
            if (!set.Add(pattern))
            {
                wrong = pattern;
                return null;
            }
        }
        wrong = null;
        return set;
    }

    private static bool IsClass(string pattern) => pattern.EndsWith("xx", StringComparison.OrdinalIgnoreCase);

    private bool Add(string pattern)
    {
        if (pattern is [>= '2' and <= '5', 'x' or 'X', 'x' or 'X'])
        {
            var first = (pattern[0] - '0') * 100;
            for (var status = first; status < first + 100; status++)
                _final[status] = Array.IndexOf(NotFinalByDefault, status) < 0;
            return true;
        }
        if (pattern is [>= '2' and <= '5', >= '0' and <= '9', >= '0' and <= '9'])
        {
            _final[int.Parse(pattern, System.Globalization.CultureInfo.InvariantCulture)] = true;
            return true;
        }
        return false;
    }
}
