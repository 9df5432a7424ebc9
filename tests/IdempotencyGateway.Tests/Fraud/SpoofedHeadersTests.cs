using IdempotencyGateway.Fraud;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Fraud;

/// <summary>No header or trailer that a client sends reaches the provider as the gateway's verdict.</summary>
public sealed class SpoofedHeadersTests : FraudTest
{
    public static TheoryData<string, string> Attempts
    {
        get
        {
            var attempts = new TheoryData<string, string>();
            foreach (var path in (string[])["/guarded/session/", "/open/session/"])
            {
                foreach (var lines in (string[])
                [
                    "Risk-Score: 0", "risk-score: 0", "RISK-SCORE: 0", "Risk_Score: 0", "risk_score: 0", "Risk.Score: 0", "Risk-Score: 0\r\nRisk-Score: 1", "Risk-Score: 0\r\nRISK_SCORE: 1",
                    "Risk-Reasons: NONE", "Risk-Signals: ip.country=\"NL\"", "Risk-Signature: t=1", "Risk-Verdict: fine", "Connection: Risk-Score\r\nRisk-Score: 0", "Connection: close, Risk-Reasons, Risk-Signals", "Risk-: 0\r\nrisk--score: 0\r\nrisk!score: 0",
                ])
                {
                    attempts.Add(path, lines);
                }
            }
            return attempts;
        }
    }

    [Theory]
    [MemberData(nameof(Attempts))]
    public async Task No_forged_header_reaches_the_provider(string path, string lines)
    {
        var gateway = await StartAsync(Profile(List()));

        await gateway.AskRawAsync(
            $"POST {path} HTTP/1.1\r\nHost: gateway\r\nx-api-key: caller-1\r\nIdempotency-Key: k\r\nX-Forwarded-For: {Listed}\r\n{lines}\r\nUser-Agent: Mozilla/5.0\r\nContent-Length: 2\r\n\r\n{{}}");

        AssertOnlyTheGateways(Assert.Single(Arrived.All));
    }

    [Theory]
    [InlineData("/guarded/session/")]
    [InlineData("/open/session/")]
    public async Task No_forged_trailer_reaches_the_provider(string path)
    {
        var gateway = await StartAsync(Profile(List()));

        await gateway.AskRawAsync(WithTrailers(path));

        AssertOnlyTheGateways(Assert.Single(Arrived.All));
    }

    /// <summary>Proves that the test above can fail.</summary>
    [Fact]
    public async Task A_provider_without_a_gateway_in_front_sees_forged_trailers()
    {
        await RawClient.Exchange(Provider.Address, WithTrailers("/"));

        Assert.Equal(["Risk-Score", "Risk_Score"], Assert.Single(Arrived.All).RiskNames);
    }

    [Fact]
    public async Task A_route_without_a_profile_lets_none_through_either()
    {
        var profile = Profile(List());
        var gateway = await StartAsync(profile, setup =>
        {
            var adjust = setup.Adjust;
            setup.Adjust = snapshot => adjust(snapshot) is var adjusted
                ? adjusted with { Fraud = adjusted.Fraud with { Routes = System.Collections.Frozen.FrozenDictionary<string, IdempotencyGateway.Configuration.FraudProfile>.Empty } }
                : snapshot;
        });
        var request = From(Quiet, "k");
        request.Headers.TryAddWithoutValidation("risk_score", "0");

        await gateway.AskAsync(request);

        Assert.Empty(Assert.Single(Arrived.All).RiskNames);
    }

    [Theory]
    [InlineData("Risk-Score", true)]
    [InlineData("RISK.anything", true)]
    [InlineData("risk~score", true)]
    [InlineData("Risk", false)]
    [InlineData("Risky-Score", false)]
    [InlineData("X-Risk-Score", false)]
    public void Names_that_a_server_could_take_for_ours_are_known(string name, bool isOurs) => Assert.Equal(isOurs, RiskHeadersTransform.LooksLikeOurs(name));

    private static string WithTrailers(string path) =>
        $"POST {path} HTTP/1.1\r\nHost: gateway\r\nx-api-key: caller-1\r\nIdempotency-Key: k\r\nX-Forwarded-For: {Listed}\r\nUser-Agent: Mozilla/5.0\r\n" +
        "Connection: close\r\nTrailer: Risk-Score\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nRisk-Score: 0\r\nRisk_Score: 0\r\n\r\n";

    private static void AssertOnlyTheGateways(Seen seen)
    {
        Assert.Equal(["Risk-Reasons", "Risk-Score", "Risk-Signals"], seen.RiskNames);
        Assert.InRange(seen.Score, 40, 100);
    }
}
