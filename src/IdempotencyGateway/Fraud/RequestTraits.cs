using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Exchange;
using IdempotencyGateway.Intake;

namespace IdempotencyGateway.Fraud;

/// <summary>The identities in a request by which events are counted, each as a keyed hash. What the profile does not need is not computed, and null.</summary>
/// <param name="Address">The client's address; null where it is unknown.</param>
/// <param name="Credential">The caller's credential; null for a request without one.</param>
/// <param name="Subject">The person that the request is about; null where none is found.</param>
internal readonly record struct RequestTraits(SightingKey? Address, SightingKey? Credential, SightingKey? Subject, SightingKey Device)
{
    private static readonly string[] CredentialHeaders = ["authorization", "x-api-key"];

    /// <param name="body">The whole body; empty where it was not buffered.</param>
    /// <param name="token">The token with claims about the subject; null where there is none.</param>
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
        // The caller scope survives the renewal of a token or certificate, and intake has already read the caller from the body where it has to.
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

    /// <summary>
    /// A subject is scoped to the credential, because one caller's "user-17" is not another's. Claims of a verified token are scoped to its issuer instead, so they stay the same across tokens.
    /// </summary>
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
