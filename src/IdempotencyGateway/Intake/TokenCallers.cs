using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tokens;

namespace IdempotencyGateway.Intake;

/// <summary>
/// Identifies the caller by a bearer token (RFC 6750). The token is verified for every request before the store is asked, so an expired token gets no replay. A bad
/// token is answered with 401; if the issuer's keys cannot be fetched, the answer is 503.
/// </summary>
public sealed class TokenCallers
{
    private readonly StoreSecret _secret;
    private readonly TokenVerifier _verifier;

    internal TokenCallers(StoreSecret secret, TokenVerifier verifier) => (_secret, _verifier) = (secret, verifier);

    internal async ValueTask<CallerReading> ReadAsync(HttpContext context, IssuerSnapshot issuer)
    {
        if (BearerToken.Of(context.Request) is not { } text)
            return Refuse("a bearer token names the caller on this route: send exactly one, in Authorization.", "Bearer");
        var reading = await _verifier.VerifyAsync(text, issuer);
        context.Features.Set((reading as TokenReading.Valid)?.Token);
        return reading switch
        {
            TokenReading.Valid(var claims) => new(CallerScope.FromToken(_secret, issuer.Issuer, claims), null),
            TokenReading.Invalid(var why) => Refuse($"the bearer token is not accepted: {why}", "Bearer error=\"invalid_token\""),
            TokenReading.Unchecked(var after) => new(null, new(GatewayProblem.CallerUnverifiable, "The keys of the token's issuer cannot be fetched. Nothing was sent.")
            {
                RetryAfter = after,
            }),
            _ => throw new InvalidOperationException("no such reading"),
        };
    }

    private static CallerReading Refuse(string why, string challenge) => new(null, new(GatewayProblem.CallerUnknown, why) { Challenge = challenge });
}
