namespace IdempotencyGateway.Tests.HouseRules;

/// <summary>Limits on the size of files and methods. The limits are only ever lowered.</summary>
public class SizeTests
{
    private const int FileLines = 400;
    private const int MethodLines = 60;
    private const int ProgramLines = 80;

    [Fact]
    public void No_file_is_longer_than_one_sitting() => HouseRule.Holds(
        $"A file has at most {FileLines} lines: split it by aspect (X.Log.cs) or by concept.",
        Repository.CSharp().Where(file => file.LineCount > FileLines).Select(file => $"{file.Path}: {file.LineCount} lines"));

    [Fact]
    public void No_method_is_longer_than_one_screen() => HouseRule.Holds(
        $"A method has at most {MethodLines} lines: name its steps and move the pure ones out.",
        Repository.CSharp().SelectMany(
            file => CSharpMembers.In(file.Code).Where(member => member.BodyLines > MethodLines),
            (file, member) => $"{file.Path}:{member.Line}: {member.BodyLines} lines in {member.Header}"));

    [Fact]
    public void Program_is_a_table_of_contents()
    {
        var program = new SourceFile("Program.cs", Repository.Read("src/IdempotencyGateway/Program.cs"));

        Assert.True(program.LineCount < ProgramLines, $"Program.cs has {program.LineCount} lines: move the steps to Hosting and leave their names.");
    }
}
