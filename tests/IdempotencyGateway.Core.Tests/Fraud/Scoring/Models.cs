using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Core.Tests.Fraud.Scoring;

internal static class Models
{
    private static readonly Dictionary<string, int> Nothing = [];

    public static RiskModel Default { get; } = RiskModel.TryCreate("test", Nothing, Nothing, RiskLevels.Default, out _)!;

    public static RiskModel With(Dictionary<string, int>? weights = null, Dictionary<string, int>? caps = null, RiskLevels? levels = null)
    {
        var model = RiskModel.TryCreate("test", weights ?? Nothing, caps ?? Nothing, levels ?? RiskLevels.Default, out var mistakes);
        Assert.Empty(mistakes);
        return model!;
    }

    public static Verdict Judge(Findings findings, DateTimeOffset at) => findings.Judge(at, _ => RiskAction.Annotate.Instance);
}
