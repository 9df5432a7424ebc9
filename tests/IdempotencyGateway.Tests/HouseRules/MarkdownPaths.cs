using System.Text.RegularExpressions;

namespace IdempotencyGateway.Tests.HouseRules;

/// <summary>The repository paths a Markdown file names: in backticks, in code blocks and ASCII pictures, in links.</summary>
internal static partial class MarkdownPaths
{
    /// <summary>A token with one of these endings is a file of ours; others (*.db, application/json) may belong to anybody.</summary>
    private static readonly string[] OurFiles = [".cs", ".csproj", ".sln", ".props", ".md", ".sh", ".lua"];

    /// <summary>Rooms are named without their project in front.</summary>
    private static readonly string[] Rooms = ["src/IdempotencyGateway", "src/IdempotencyGateway.Core", "src"];

    public static IEnumerable<string> In(string markdown) => Spans()
        .Matches(markdown)
        .SelectMany(span => PathToken().Matches(Url().Replace(span.Value, " ")))
        .Select(token => token.Value.TrimEnd('.'));

    public static IEnumerable<string> LinksIn(string markdown) => Link().Matches(markdown)
        .Select(link => link.Groups["target"].Value)
        .Where(target => !target.StartsWith('#') && !target.Contains(':', StringComparison.Ordinal));

    public static bool LinkResolves(string readme, string target) =>
        Repository.Exists(Join(Path.GetDirectoryName(readme)!, target.Split('#')[0]));

    /// <summary>True also for what only looks like a path: nothing in the repository starts like it and it is no file of our kinds.</summary>
    public static bool Resolves(string readme, string path)
    {
        string[] places = [Path.GetDirectoryName(readme)!, "", .. Rooms];
        var first = path.Split('/')[0];
        var ours = OurFiles.Any(end => path.EndsWith(end, StringComparison.Ordinal))
            || (path.Contains('/', StringComparison.Ordinal) && places.Any(place => Repository.Folders.Contains(Join(place, first))));

        return !ours || places.Any(place => Matches(Join(place, path)));
    }

    private static bool Matches(string path)
    {
        if (!path.Contains('*', StringComparison.Ordinal))
        {
            return Repository.Exists(path) || Repository.Exists(path + ".cs");
        }

        var pattern = new Regex($"^{Regex.Escape(path).Replace(@"\*", "[^/]*", StringComparison.Ordinal)}$", RegexOptions.None, TimeSpan.FromSeconds(1));
        return Repository.Files.Any(file => pattern.IsMatch(file));
    }

    private static string Join(string folder, string path) =>
        Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, folder, path))).TrimEnd('/');

    [GeneratedRegex(@"```.*?```|(?<=^|\n)(?: {4}|\t)[^\n]*|`[^`\n]+`", RegexOptions.Singleline)]
    private static partial Regex Spans();

    [GeneratedRegex(@"(?<![\w./:=<{@$~-])[\w.*-]+(?:/[\w.*-]+)+/?|(?<![\w./:=<{@$~-])[\w-][\w.-]*(?:/|\.(?:cs|csproj|sln|props|md|sh)\b)")]
    private static partial Regex PathToken();

    [GeneratedRegex(@"\w+://[^\s`""')]*")]
    private static partial Regex Url();

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
