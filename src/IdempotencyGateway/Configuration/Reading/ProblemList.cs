namespace IdempotencyGateway.Configuration.Reading;

/// <summary>Collects what is wrong, so that everything is reported at once.</summary>
internal sealed class ProblemList
{
    private readonly List<ConfigurationProblem> _problems = [];

    public bool IsEmpty => _problems.Count == 0;

    /// <summary>Ordered by path, so that what belongs together stands together; of several at one path the first found comes first.</summary>
    public IReadOnlyList<ConfigurationProblem> ByPath => [.. _problems.OrderBy(p => p.Path, StringComparer.OrdinalIgnoreCase)];

    /// <param name="origin">Where the mistake stands, when that is not where the path leads to.</param>
    public void Add(string path, string message, string? origin = null) => _problems.Add(new(path, message, origin));

    public void Add(ProblemList others) => _problems.AddRange(others._problems);

    /// <summary>Nothing was wrong at this path or below it so far: rules that compare values ask first, or one mistake would be reported twice.</summary>
    public bool AreNoneAt(string path) => !_problems.Exists(p => IsAtOrBelow(p.Path, path));

    /// <summary>Something is wrong at this path or above it.</summary>
    public bool Cover(string path) => _problems.Exists(p => IsAtOrBelow(path, p.Path));

    private static bool IsAtOrBelow(string path, string root) =>
        path.StartsWith(root, StringComparison.OrdinalIgnoreCase) && (path.Length == root.Length || path[root.Length] == ':');
}
