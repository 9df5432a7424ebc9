using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Core.Tests.Fraud.Scoring;

public sealed class VerdictCodecTests
{
    [Fact]
    public void What_is_decoded_is_what_was_encoded() => Property.Holds(random =>
    {
        var verdict = Verdicts.Any(random);
        var bytes = VerdictCodec.Encode(verdict);
        return bytes.Length <= VerdictCodec.MaxSizeInBytes && VerdictCodec.Decode(bytes) == verdict;
    }, times: 5_000);

    [Fact]
    public void Stored_bytes_stay_readable()
    {
        var findings = new Findings(Models.Default);
        findings.Fact(SignalNames.IpCountry, FieldValue.OfText("NL"));
        findings.Raise(ReasonKinds.TorExit, FieldParameters.Of(("n", FieldValue.OfInteger(2))));
        var verdict = findings.Judge(DateTimeOffset.FromUnixTimeSeconds(1795283090), _ => new RiskAction.Route("r"));

        const string Stored = "0123010002" + "92D8016B00000000" + "010072" + "040074657374"
            + "01" + "0800544F525F45584954" + "0023" + "01" + "01006E" + "010200000000000000"
            + "01" + "0A0069702E636F756E747279" + "0302004E4C";
        Assert.Equal(Stored, Convert.ToHexString(VerdictCodec.Encode(verdict)));
    }

    [Fact]
    public void Damaged_bytes_are_no_verdict_or_another_valid_one_and_never_a_crash() => Property.Holds(random =>
    {
        var bytes = VerdictCodec.Encode(Verdicts.Small(random));
        for (var mutation = 0; mutation < 50; mutation++)
        {
            var damaged = Damage.Done(bytes, random);
            if (VerdictCodec.Decode(damaged) is { } verdict)
            {
                RiskFields.Of(verdict);
                Assert.Equal(verdict, VerdictCodec.Decode(VerdictCodec.Encode(verdict)));
            }
        }
        return VerdictCodec.Decode(bytes.AsSpan(0, random.Next(bytes.Length))) is null;
    }, times: 2_000);
}
