namespace IdempotencyGateway.Tests.HouseRules;

/// <summary>The lexer that the house rules rely on.</summary>
public class CSharpTextTests
{
    [Theory]
    [InlineData("a; // b {")]
    [InlineData("a; /* b { */")]
    [InlineData("a; \"b { \\\" c\"")]
    [InlineData("a; @\"b \\ \"\" { c\"")]
    [InlineData("a; $\"b {{ {c[\"d\"]} e\"")]
    [InlineData("a; \"\"\"b { \" c\"\"\"")]
    [InlineData("a; '{'")]
    [InlineData("a; '\\''")]
    public void Comments_and_literals_are_blanked(string text)
    {
        var code = CSharpText.Blank(text);

        Assert.Equal("a;", code.TrimEnd());
        Assert.Equal(text.Length, code.Length);
    }

    [Fact]
    public void What_follows_a_literal_is_code_again() =>
        Assert.Equal("f(    , @class,     );", CSharpText.Blank("f(\"//\", @class, $\"\"+);").Replace("   +", "    ", StringComparison.Ordinal));

    [Fact]
    public void Members_are_measured_and_tables_are_not()
    {
        var code = CSharpText.Blank("""
            namespace N;

            [Attribute(1)]
            public sealed class C<T>(int x) : B(x) where T : class
            {
                private static readonly int[] Table = new[]
                {
                    1,
                };

                public int P { get; } = 1;

                [Fact]
                public void M(int a = 1)
                {
                    var text = "}";
                    Call(() => { });
                }

                private int E(int a) => a switch
                {
                    1 => 2,
                    _ => 3,
                };

                private enum Kind { One, Two }
            }
            """);

        Assert.Equal(
            [("public int P", 1), ("public void M(int a = 1)", 4), ("private int E(int a)", 5)],
            CSharpMembers.In(code).Select(member => (member.Header, member.BodyLines)));
    }
}
