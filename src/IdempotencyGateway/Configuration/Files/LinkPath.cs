namespace IdempotencyGateway.Configuration.Files;

/// <summary>
/// Lists the paths to watch for changes of a file: the file itself, and every symbolic link on the way to it. Kubernetes mounts a ConfigMap as links through
/// <c>..data</c>, and updates it by replacing <c>..data</c>: the file's own directory entry never changes.
/// </summary>
internal static class LinkPath
{
    private const int MaxLinks = 40;

    /// <returns>Full paths whose replacement changes the content. The last one is the file itself, or the first missing part of its path.</returns>
    public static IReadOnlyList<string> Of(string file)
    {
        var watched = new List<string>();
        var rest = new Stack<string>(Parts(file).Reverse());
        var at = Path.GetPathRoot(file)!;
        while (rest.TryPop(out var part))
        {
            if (part == "..")
            {
                at = Path.GetDirectoryName(at) ?? at;
                continue;
            }
            var next = Path.Combine(at, part);
            if (LinkAt(next) is { } target && watched.Count < MaxLinks)
            {
                watched.Add(next);
                if (Path.IsPathRooted(target))
                    at = Path.GetPathRoot(target)!;
                foreach (var targetPart in Parts(target).Reverse())
                    rest.Push(targetPart);
                continue;
            }
            at = next;
            if (!Path.Exists(at))
                break;
        }
        watched.Add(at);
        return watched;
    }

    private static IEnumerable<string> Parts(string path) =>
        path[Path.GetPathRoot(path)!.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".");

    private static string? LinkAt(string path) => new FileInfo(path).LinkTarget;
}
