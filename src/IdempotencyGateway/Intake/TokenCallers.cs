using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tokens;

namespace IdempotencyGateway.Intake;

/// <summary>
/// Tells the caller by a bearer token (RFC 6750). It is checked for every request, before any store is asked: one that has expired gets no replay. Bad tokens are the
/// client's fault (401), keys that cannot be had are not (503).
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
            TokenReading.Invalid(var why) => Refuse($"the bearer token does not count: {why}", "Bearer error=\"invalid_token\""),
            TokenReading.Unchecked(var after) => new(null, new(GatewayProblem.CallerUnverifiable, "The keys of the token's issuer cannot be fetched. Nothing was sent.")
            {
                RetryAfter = after,
            }),
            _ => throw new InvalidOperationException("no such reading"),
        };
    }

    private static CallerReading Refuse(string why, string challenge) => new(null, new(GatewayProblem.CallerUnknown, why) { Challenge = challenge });
}
