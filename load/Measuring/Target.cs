using System.Globalization;

namespace IdempotencyGateway.Load.Measuring;

/// <summary>The target of a figure.</summary>
/// <param name="Need">The worst acceptable value.</param>
/// <param name="Goal">The desired value; the same as <paramref name="Need"/> if there is no higher ambition.</param>
internal sealed record Target(double Need, double Goal, Better Better = Better.Higher)
{
    public static Target AtLeast(double need, double? goal = null) => new(need, goal ?? need);

    public static Target AtMost(double need, double? goal = null) => new(need, goal ?? need, Better.Lower);

    public static Target Exactly(double value) => new(value, value, Better.Equal);

    public Verdict Judge(double value) => Reaches(value, Goal) ? Verdict.Goal : Reaches(value, Need) ? Verdict.Pass : Verdict.Below;

    public override string ToString()
    {
        var sign = Better switch { Better.Higher => ">=", Better.Lower => "<=", _ => "=" };
        var need = string.Create(CultureInfo.InvariantCulture, $"needs {sign} {Need:0.###}");
        return Goal == Need ? need : string.Create(CultureInfo.InvariantCulture, $"{need}, goal {sign} {Goal:0.###}");
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
