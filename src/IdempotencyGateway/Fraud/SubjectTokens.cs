using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Tokens;

namespace IdempotencyGateway.Fraud;

/// <summary>
/// Reads the bearer token (RFC 6750) whose claims name the subject of a request. It is verified where callers are identified by tokens, and where the profile names an issuer. Otherwise the
/// sender may have forged it, so its claims only distinguish requests of the same credential: a forged token must not count against the person that it names.
/// </summary>
public sealed class SubjectTokens
{
    private readonly TokenVerifier _verifier;
    private readonly TimeProvider _clock;

    internal SubjectTokens(TokenVerifier verifier, TimeProvider clock) => (_verifier, _clock) = (verifier, clock);

    internal static bool AreReadBy(FraudProfile profile) => profile.Subject.Any(static source => source.Claim is not null);

    /// <param name="left">What remains of the profile's budget. The issuer's keys may have to be fetched.</param>
    /// <returns>Null when there is no token, or none that can be used.</returns>
    internal async ValueTask<SubjectToken?> ReadAsync(HttpContext context, FraudProfile profile, TimeSpan left, Findings findings)
    {
        if (context.Features.Get<VerifiedToken>() is { } verified)
            return new(verified.Token, IsChecked: true);
        if (BearerToken.Of(context.Request) is not { } text)
            return null;
        if (profile.Issuer is not { } issuer)
            return SignedToken.Parse(text) is { } token ? new(token, IsChecked: false) : null;
        switch (await CheckAsync(text, issuer, left))
        {
            case TokenReading.Valid valid:
                return new(valid.Token.Token, IsChecked: true);
            case TokenReading.Invalid:
                return null;
            default:
                findings.Missing("issuer");
                return null;
        }
    }

    /// <returns>Null on a timeout.</returns>
    private async ValueTask<TokenReading?> CheckAsync(string text, IssuerSnapshot issuer, TimeSpan left)
    {
        try
        {
            return await _verifier.VerifyAsync(text, issuer).WithinAsync(left, _clock);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }
}

/// <param name="IsChecked">True when the issuer's signature was verified; false when only the sender vouches for the claims.</param>
internal sealed record SubjectToken(SignedToken Token, bool IsChecked);
