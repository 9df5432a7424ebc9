using System.Text.RegularExpressions;

namespace IdempotencyGateway.Tests.HouseRules;

/// <summary>Text that must not be committed in any file. The patterns are written so that they do not match this file.</summary>
public partial class CommittedTextTests
{
    private static readonly string[] CodeFiles = [".cs", ".csproj", ".props", ".sh", "Dockerfile", ".ci/run"];

    [Fact]
    public void Nothing_names_a_path_of_one_machine() => HouseRule.Holds(
        "Write paths relative to the repository, or take them from the configuration.", LinesWhere(_ => true, MachinePath()));

    [Fact]
    public void Nothing_names_a_package_registry() => HouseRule.Holds(
        "Restore uses the sources the machine is set up with: leave the registry's address out.", LinesWhere(_ => true, RegistryHost()));

    [Fact]
    public void Nothing_is_left_to_do() => HouseRule.Holds(
        "Do it now, or open an issue: notes to oneself do not land.", LinesWhere(IsCode, LeftToDo()));

    [Fact]
    public void No_code_is_commented_out() => HouseRule.Holds(
        "Delete it: the history remembers. (A sentence that ends in a semicolon or a brace can end otherwise.)",
        LinesWhere(path => path.EndsWith(".cs", StringComparison.Ordinal), CommentedOutCode()));

    [Fact]
    public void A_suppression_says_why_on_its_line() => HouseRule.Holds(
        "Say the reason on the same line: `#pragma warning disable X // because …`, or Justification = \"…\".",
        LinesWhere(path => path.EndsWith(".cs", StringComparison.Ordinal), BareSuppression()));

    [Fact]
    public void The_licence_is_mit() => Assert.StartsWith("MIT License", Repository.Read("LICENSE"), StringComparison.Ordinal);

    [Theory]
    [InlineData("    // var key = Read(headers);", true)]
    [InlineData("// return null;", true)]
    [InlineData("// if (claimed) {", true)]
    [InlineData("// }", true)]
    [InlineData("// The lease is a field, never the entry's expiry;", false)]
    [InlineData("/// <summary>x</summary>", false)]
    public void Commented_out_code_is_told_from_a_sentence(string line, bool code) => Assert.Equal(code, CommentedOutCode().IsMatch(line));

    private static bool IsCode(string path) => CodeFiles.Any(end => path.EndsWith(end, StringComparison.Ordinal));

    private static IEnumerable<string> LinesWhere(Func<string, bool> file, Regex pattern) =>
        from path in Repository.Files
        where file(path) && !Path.GetFileName(path).Equals("packages.lock.json", StringComparison.Ordinal)
        let text = Repository.Read(path)
        where !text.Contains('\0', StringComparison.Ordinal)
        from line in text.Split('\n').Index()
        where pattern.IsMatch(line.Item)
        select $"{path}:{line.Index + 1}: {line.Item.Trim()}";

    [GeneratedRegex(@"(?<![\w.}])/(work|tmp/wt|root|Users)/[\w.]|\b[A-Z]:\\(Users|src)\\")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"api[.]nuget[.]org|/v3/index[.]json|registry[.]npmjs|pypi[.]org|pythonhosted[.]org|proxy[.]golang[.]org|crates[.]io|pkgs[.]dev[.]azure|artif[a]ctory", RegexOptions.IgnoreCase)]
    private static partial Regex RegistryHost();

    [GeneratedRegex(@"\b(TO[D]O|FIX[M]E|HA[C]K|XX[X])\b")]
    private static partial Regex LeftToDo();

    [GeneratedRegex(@"^\s*//\s*(?!/)([{}]+[;)]*|.*[\w\])>]\s*\{|(.*[=(.\[].*|return\b.*|throw\b.*|await\b.*|break|continue);)\s*$")]
    private static partial Regex CommentedOutCode();

    [GeneratedRegex(@"^\s*#pragma warning disable(?!.*//\s*\w)|SuppressMessage\((?!.*Justification)|^\s*#nullable disable(?!.*//\s*\w)")]
    private static partial Regex BareSuppression();
}
