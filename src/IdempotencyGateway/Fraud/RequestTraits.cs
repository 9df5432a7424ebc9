using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Exchange;
using IdempotencyGateway.Intake;

namespace IdempotencyGateway.Fraud;

/// <summary>What a request can be recognised by, each as a keyed hash: whom the counts are about. What the profile does not need is not hashed, and null.</summary>
/// <param name="Address">Null where nobody who is trusted says.</param>
/// <param name="Credential">Null for a request that shows none.</param>
/// <param name="Subject">Null where none is found.</param>
internal readonly record struct RequestTraits(SightingKey? Address, SightingKey? Credential, SightingKey? Subject, SightingKey Device)
{
    private static readonly string[] CredentialHeaders = ["authorization", "x-api-key"];

    /// <param name="body">Whole, or empty where it has not been taken in: then nothing is found in it.</param>
    /// <param name="token">Null where none says whom the request is about.</param>
    public static RequestTraits Of(
        StoreSecret secret, HttpRequest request, NetworkAddress? client, FraudProfile profile, GuardedRequest? guarded, ReadOnlySpan<byte> body, SubjectToken? token, SightingKey device)
    {
        var credential = profile.CountsCallers || profile.Subject.Count > 0 ? CredentialOf(secret, request, guarded) : null;
        var subject = SubjectOf(secret, request, profile, credential, body, token);
        return new(profile.CountsCallers && client is { } address ? AddressOf(secret, address) : null, credential, subject, device);
    }

    public static SightingKey? CredentialOf(StoreSecret secret, HttpRequest request, GuardedRequest? guarded)
    {
        var caller = guarded?.Route.Policy.Caller;
        // A caller identified by a token or a certificate stays the same when that is renewed; and intake has already looked for a secret in the body.
        if (guarded is not null && (caller!.Scope is CallerScopeKind.Jwt or CallerScopeKind.ClientCertificate or CallerScopeKind.Header || caller.From.Count > 0))
            return SightingKey.Derive(secret, SightingKind.Credential, "caller", guarded.Caller.Digest.ToString());
        var parts = new List<string>(4);
        foreach (var name in caller is { Headers.Count: > 0 } ? caller.Headers : CredentialHeaders)
        {
            foreach (var value in request.Headers[name])
            {
                parts.Add(name);
                parts.Add(value ?? "");
            }
        }
        return parts.Count == 0 ? null : SightingKey.Derive(secret, SightingKind.Credential, [.. parts]);
    }

    /// <summary>One caller's "user-17" is not another's; a checked token's issuer says whose its claims are, whatever token comes next.</summary>
    private static SightingKey? SubjectOf(
        StoreSecret secret, HttpRequest request, FraudProfile profile, SightingKey? credential, ReadOnlySpan<byte> body, SubjectToken? token)
    {
        foreach (var source in profile.Subject)
        {
            if (source.Claim is { } claim)
            {
                if (token?.Token.Claim(claim) is { } claimed)
                {
                    return SightingKey.Derive(
                        secret, SightingKind.Subject, "claim", claim, token.Token.Issuer ?? "", claimed, token.IsChecked ? "" : credential?.ToString() ?? "nobody");
                }
            }
            else if (SourceReader.Find(source.Place!, request, new(), body) is { } value)
            {
                return SightingKey.Derive(secret, SightingKind.Subject, "place", source.ToString(), credential?.ToString() ?? "", value);
            }
        }
        return null;
    }

    private static SightingKey AddressOf(StoreSecret secret, NetworkAddress address) => SightingKey.Derive(
        secret, SightingKind.Address, address.IsIPv4 ? address.ToString() : address.Subscriber.ToString("x", System.Globalization.CultureInfo.InvariantCulture));
}
