using System.Text.RegularExpressions;

namespace IdempotencyGateway.Tests.HouseRules;

/// <summary>Extracts the repository paths that a Markdown file names in code spans, code blocks and links.</summary>
internal static partial class MarkdownPaths
{
    /// <summary>A token with one of these endings must be a file of this repository; others (*.db, application/json) need not be.</summary>
    private static readonly string[] OurFiles = [".cs", ".csproj", ".sln", ".props", ".md", ".sh", ".lua"];

    /// <summary>Folders in which paths are also looked up, because READMEs name rooms without their project.</summary>
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

    /// <summary>Whether the path exists. Also true for a token that is no repository path: its first part is no folder here and its ending is not one of <see cref="OurFiles"/>.</summary>
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
