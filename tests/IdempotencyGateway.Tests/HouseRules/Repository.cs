namespace IdempotencyGateway.Tests.HouseRules;

/// <summary>The repository's files for the house rules: everything in the working tree except build output.</summary>
internal static class Repository
{
    private static readonly HashSet<string> NotOurs = [".git", "bin", "obj", "artifacts", "TestResults", ".vs", ".idea"];

    public static string Root { get; } = FindRoot();

    /// <summary>Paths relative to the root, with '/', sorted.</summary>
    public static IReadOnlyList<string> Files { get; } =
        Walk(Root).Select(path => Path.GetRelativePath(Root, path)).Order(StringComparer.Ordinal).ToList();

    /// <summary>Every folder that holds one of <see cref="Files"/>, at any depth.</summary>
    public static IReadOnlySet<string> Folders { get; } = Files.SelectMany(Parents).ToHashSet();

    public static IEnumerable<SourceFile> CSharp(string under = "") => Files
        .Where(path => path.EndsWith(".cs", StringComparison.Ordinal) && path.StartsWith(under, StringComparison.Ordinal))
        .Select(path => new SourceFile(path, Read(path)));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static bool Exists(string path) => Folders.Contains(path.TrimEnd('/')) || Files.Contains(path);

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => !NotOurs.Contains(Path.GetFileName(file))))
        {
            yield return file;
        }

        var ours = Directory.EnumerateDirectories(folder)
            .Where(child => !NotOurs.Contains(Path.GetFileName(child)) && child != Path.Combine(Root, "data"));
        foreach (var file in ours.SelectMany(Walk))
        {
            yield return file;
        }
    }

    private static IEnumerable<string> Parents(string path)
    {
        for (var folder = Path.GetDirectoryName(path); !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
        {
            yield return folder;
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "IdempotencyGateway.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new InvalidOperationException($"No IdempotencyGateway.sln above {AppContext.BaseDirectory}: run the tests from a clone.");
    }
}
