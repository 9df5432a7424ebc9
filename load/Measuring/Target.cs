using System.Globalization;

namespace IdempotencyGateway.Load.Measuring;

/// <summary>The target of a figure.</summary>
/// <param name="Required">The worst acceptable value.</param>
/// <param name="Goal">The desired value; the same as <paramref name="Required"/> if there is no higher ambition.</param>
internal sealed record Target(double Required, double Goal, Better Better = Better.Higher)
{
    public static Target AtLeast(double required, double? goal = null) => new(required, goal ?? required);

    public static Target AtMost(double required, double? goal = null) => new(required, goal ?? required, Better.Lower);

    public static Target Exactly(double value) => new(value, value, Better.Equal);

    public Verdict Judge(double value) => Reaches(value, Goal) ? Verdict.Goal : Reaches(value, Required) ? Verdict.Pass : Verdict.Below;

    public override string ToString()
    {
        var sign = Better switch { Better.Higher => ">=", Better.Lower => "<=", _ => "=" };
        var required = string.Create(CultureInfo.InvariantCulture, $"required {sign} {Required:0.###}");
        return Goal == Required ? required : string.Create(CultureInfo.InvariantCulture, $"{required}, goal {sign} {Goal:0.###}");
    }

    private bool Reaches(double value, double mark) => Better switch
    {
        Better.Higher => value >= mark,
        Better.Lower => value <= mark,
        _ => value == mark,
    };
}

internal enum Better
{
    Higher,
    Lower,
    Equal,
}
