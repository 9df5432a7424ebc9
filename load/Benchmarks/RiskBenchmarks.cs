using BenchmarkDotNet.Attributes;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Benchmarks;

/// <summary>Making a verdict of typical size, and writing it as header fields and as bytes.</summary>
public class RiskBenchmarks
{
    private static readonly Dictionary<string, int> AsByDefault = [];
    private static readonly RiskModel Model = RiskModel.TryCreate("sample", AsByDefault, AsByDefault, RiskLevels.Default, out _)!;
    private static readonly Verdict Sample = Judged();

    [Benchmark]
    public Verdict Judge() => Judged();

    [Benchmark]
    public RiskFields WriteFields() => RiskFields.Of(Sample);

    [Benchmark]
    public byte[] EncodeVerdict() => VerdictCodec.Encode(Sample);

    private static Verdict Judged()
    {
        var findings = new Findings(Model);
        findings.Fact(SignalNames.IpCountry, FieldValue.OfText("NL"));
        findings.Fact(SignalNames.IpAsn, FieldValue.OfInteger(60729));
        findings.Raise(ReasonKinds.TorExit);
        findings.RaiseShare(ReasonKinds.IpVelocity, 0.6, FieldParameters.Of(("n", FieldValue.OfInteger(31)), ("win", FieldValue.OfInteger(60))));
        return findings.Judge(DateTimeOffset.UnixEpoch, static _ => RiskAction.Annotate.Instance);
    }
}
