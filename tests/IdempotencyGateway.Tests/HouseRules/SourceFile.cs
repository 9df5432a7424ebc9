namespace IdempotencyGateway.Tests.HouseRules;

/// <summary>One C# file.</summary>
/// <param name="Path">Relative to the repository's root.</param>
/// <param name="Text">The file's content.</param>
internal sealed record SourceFile(string Path, string Text)
{
    public IReadOnlyList<string> Lines { get; } = Text.Split('\n');

    /// <summary>The text with comments, literals and directives blanked; every line and column stays where it was.</summary>
    public string Code { get; } = CSharpText.Blank(Text);

    public IEnumerable<string> CodeLines => Code.Split('\n');

    public int LineCount => Text.EndsWith('\n') ? Lines.Count - 1 : Lines.Count;

    /// <summary>"path:line" for each line of code that matches.</summary>
    public IEnumerable<string> Where(Func<string, bool> matches) =>
        CodeLines.Index().Where(line => matches(line.Item)).Select(line => $"{Path}:{line.Index + 1}");
}
