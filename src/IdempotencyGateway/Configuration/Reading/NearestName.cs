namespace IdempotencyGateway.Configuration.Reading;

/// <summary>Finds the known name that a mistyped one was probably meant to be.</summary>
internal static class NearestName
{
    /// <summary>" Did you mean X?", or nothing when no name is near.</summary>
    public static string Hint(string given, IEnumerable<string> names) =>
        Of(given, names) is { } near ? $" Did you mean {near}?" : "";

    /// <summary>The message for a reference to an entry that another section does not have.</summary>
    public static string Unknown(string given, string section, IEnumerable<string> names) => $"names \"{given}\", which is not in {section}.{Hint(given, names)}";

    /// <returns>The nearest name within one edit for every three characters, and at most three edits; null when there is none.</returns>
    public static string? Of(string given, IEnumerable<string> names)
    {
        string? nearest = null;
        var limit = 1 + Math.Clamp(given.Length / 3, 1, 3);
        foreach (var name in names)
        {
            var distance = Distance(given.ToUpperInvariant(), name.ToUpperInvariant());
            if (distance < limit)
                (nearest, limit) = (name, distance);
        }
        return nearest;
    }

    /// <summary>The optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours.</summary>
    private static int Distance(string a, string b)
    {
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            cost[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            cost[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(replaced, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }
        return cost[a.Length, b.Length];
    }
}
