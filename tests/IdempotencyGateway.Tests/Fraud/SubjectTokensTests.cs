using System.Buffers.Text;
using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Tests.Fraud;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Tokens;
using IdempotencyGateway.Tokens;

namespace IdempotencyGateway.Tests.Fraud;

/// <summary>A person identified by a token: stays the same person with a refreshed token, and a forged token cannot add to the person's counts.</summary>
public sealed class SubjectTokensTests : FraudTest
{
    private static FraudProfile Counting(IssuerSnapshot? issuer) => Profile() with
    {
        Velocity = [new(VelocityBy.Subject, [VelocityWindow.Minute], Soft: 20, Hard: 60)],
        Subject = [Assert.IsType<RiskSubject>(RiskSubject.TryParse("claim:sub", out var source) ? source : null)],
        Issuer = issuer,
    };

    [Fact]
    public async Task A_checked_token_names_one_person_whatever_token_comes_next()
    {
        var gateway = await StartAsync(Counting(TestIssuer.Snapshot()), WhenTokensAreGood);

        await AskAsync(gateway, TestIssuer.Token());
        await AskAsync(gateway, TestIssuer.Token());
        await AskAsync(gateway, TestIssuer.Token(TestIssuer.Claims("user-2")));

        Assert.Equal([1, 2, 1], Arrived.All.Select(CountOf));
    }

    [Fact]
    public async Task A_token_that_its_issuer_did_not_sign_names_nobody()
    {
        var gateway = await StartAsync(Counting(TestIssuer.Snapshot()), WhenTokensAreGood);
        var good = TestIssuer.Token();

        await AskAsync(gateway, good);
        await AskAsync(gateway, good[..good.LastIndexOf('.')] + "." + TestIssuer.Encode("not a signature"));
        await AskAsync(gateway, TestIssuer.Token(TestIssuer.Claims(), algorithm: "HS256"));
        await AskAsync(gateway, TestIssuer.Token());

        Assert.Equal([1, null, null, 2], Arrived.All.Select(CountOf));
    }

    [Fact]
    public async Task The_token_that_told_the_caller_is_checked_already()
    {
        var gateway = await StartAsync(Counting(issuer: null), setup =>
        {
            WhenTokensAreGood(setup);
            setup.Policy = setup.Policy with { Caller = new() { Scope = CallerScopeKind.Jwt, Issuer = TestIssuer.Snapshot(), Headers = [] } };
        });

        await AskAsync(gateway, TestIssuer.Token());
        await AskAsync(gateway, TestIssuer.Token());

        Assert.Equal([1, 2], Arrived.All.Select(CountOf));
    }

    [Fact]
    public async Task A_token_that_nobody_checks_is_believed_no_further_than_its_sender()
    {
        var gateway = await StartAsync(Counting(issuer: null));
        var own = TestIssuer.Token();

        await AskAsync(gateway, own);
        await AskAsync(gateway, TestIssuer.Token(), caller: "a stranger");
        await AskAsync(gateway, own);

        Assert.Equal([1, 1, 2], Arrived.All.Select(CountOf));
    }

    [Fact]
    public void Any_token_is_read_or_refused_and_never_a_crash()
    {
        var random = new Random(20261126);
        var read = 0;
        for (var time = 0; time < 100_000; time++)
        {
            var header = Damage.Done("""{"alg":"RS256","kid":"1"}"""u8, random);
            var payload = Damage.Done("""{"iss":"https://issuer.example","sub":"user-1","exp":1795283090,"aud":["gateway"]}"""u8, random);
            var token = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}.c2ln";
            if (SignedToken.Parse(random.Next(2) == 0 ? token : Encoding.Latin1.GetString(Damage.Done(Encoding.Latin1.GetBytes(token), random))) is not { } parsed)
                continue;
            read++;
            Assert.NotEqual("", parsed.Claim("sub"));
            _ = (parsed.Issuer, parsed.Expires, parsed.NotBefore);
        }

        Assert.InRange(read, 100, 99_000);
    }

    [Fact]
    public async Task An_issuer_whose_keys_cannot_be_had_is_a_source_that_is_missing()
    {
        using var closed = new ClosedPort();
        var gateway = await StartAsync(Counting(TestIssuer.Snapshot(url: new(closed.Address, "/keys"))), WhenTokensAreGood);

        await AskAsync(gateway, TestIssuer.Token());

        Assert.Contains("missing.issuer", Assert.Single(Arrived.All)["Risk-Signals"], StringComparison.Ordinal);
        Assert.Null(CountOf(Arrived.All[0]));
    }

    private static void WhenTokensAreGood(GatewaySetup setup) => setup.Clock = new ManualTimeProvider();

    private static Task<Answer> AskAsync(GatewayUnderTest gateway, string token, string caller = "caller-1")
    {
        var request = From(Quiet, $"k-{Guid.NewGuid()}");
        request.Headers.Remove("x-api-key");
        request.Headers.TryAddWithoutValidation("x-api-key", caller);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        return gateway.AskAsync(request);
    }

    private static int? CountOf(Seen seen) => seen["Risk-Signals"]!.Split(", ").FirstOrDefault(signal => signal.StartsWith("vel.subject.60=", StringComparison.Ordinal)) is { } signal
        ? int.Parse(signal.Split('=')[1], System.Globalization.CultureInfo.InvariantCulture)
        : null;
}
