namespace IdempotencyGateway.Configuration.Reading;

/// <summary>Collects the problems of a configuration, so that all of them are reported at once.</summary>
internal sealed class ProblemList
{
    private readonly List<ConfigurationProblem> _problems = [];

    public bool IsEmpty => _problems.Count == 0;

    /// <summary>All problems, ordered by path. Problems at one path keep the order in which they were found.</summary>
    public IReadOnlyList<ConfigurationProblem> ByPath => [.. _problems.OrderBy(p => p.Path, StringComparer.OrdinalIgnoreCase)];

    /// <param name="origin">Where the mistake is, if not where the path is set.</param>
    public void Add(string path, string message, string? origin = null) => _problems.Add(new(path, message, origin));

    public void Add(ProblemList others) => _problems.AddRange(others._problems);

    /// <summary>Whether no problem was found at this path or below it so far. Rules that compare values check this first, so that one mistake is not reported twice.</summary>
    public bool AreNoneAt(string path) => !_problems.Exists(p => IsAtOrBelow(p.Path, path));

    /// <summary>Whether a problem was found at this path or above it.</summary>
    public bool Cover(string path) => _problems.Exists(p => IsAtOrBelow(path, p.Path));

    private static bool IsAtOrBelow(string path, string root) =>
        path.StartsWith(root, StringComparison.OrdinalIgnoreCase) && (path.Length == root.Length || path[root.Length] == ':');
}
