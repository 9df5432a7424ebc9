using System.Net;
using System.Runtime.InteropServices;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tls;

namespace IdempotencyGateway.Intake;

/// <summary>Identifies the caller of a request. A caller that cannot be told apart from others is refused, because a shared scope would give one caller another's answers.</summary>
public sealed class CallerScopeReader(StoreSecret secret, TokenCallers tokens, TimeProvider clock)
{
    /// <param name="body">The whole body if the policy finds credentials there; else it may be empty.</param>
    /// <param name="trustedPeers">The networks from which a caller header is believed.</param>
    public ValueTask<CallerReading> ReadAsync(HttpContext context, CallerPolicy policy, IReadOnlyList<IPNetwork> trustedPeers, ReadOnlyMemory<byte> body) => policy.Scope switch
    {
        CallerScopeKind.Credentials => new(FromCredentials(context, policy, body.Span)),
        CallerScopeKind.Header => new(FromTrustedHeader(context, policy.Headers[0], trustedPeers)),
        CallerScopeKind.ClientCertificate => new(FromCertificate(context.Features.Get<ClientCertificate>(), policy.Certificate)),
        CallerScopeKind.Jwt => tokens.ReadAsync(context, policy.Issuer!),
        CallerScopeKind.None => new(Known(CallerScope.Shared(secret))),
        _ => throw new InvalidOperationException($"no caller scope for {policy.Scope}"),
    };

    /// <summary>Identifies a caller that an operator describes.</summary>
    /// <param name="credentials">By header name, and by source as the policy writes it, such as "form:client_id".</param>
    /// <param name="name">The caller's name as a trusted peer would send it.</param>
    public CallerReading Read(IHeaderDictionary credentials, string? name, CallerPolicy policy) => policy.Scope switch
    {
        CallerScopeKind.Credentials => FromCredentials(credentials, policy),
        CallerScopeKind.Header => string.IsNullOrWhiteSpace(name)
            ? Unknown($"the caller's name is missing, which {policy.Headers[0]} carries on this route.")
            : Known(CallerScope.FromTrustedHeader(secret, policy.Headers[0], name)),
        CallerScopeKind.Jwt => Unknown("a token names the caller on this route: ask by the storage key, which the log tells."),
        CallerScopeKind.ClientCertificate => Unknown("a certificate names the caller on this route: ask by the storage key, which the log tells."),
        CallerScopeKind.None => Known(CallerScope.Shared(secret)),
        _ => throw new InvalidOperationException($"no caller scope for {policy.Scope}"),
    };

    private CallerReading FromCredentials(HttpContext context, CallerPolicy policy, ReadOnlySpan<byte> body)
    {
        var present = SourceReader.Headers(context.Request.Headers, policy.Headers);
        foreach (var source in policy.From)
        {
            if (SourceReader.Find(source, context.Request, policy, body) is { } value)
                present.Add(new(source.ToString(), value));
        }
        return FromPresent(present, policy, context.Features.Get<CallerMemo>());
    }

    private CallerReading FromCredentials(IHeaderDictionary credentials, CallerPolicy policy)
    {
        var present = SourceReader.Headers(credentials, policy.Headers);
        foreach (var source in policy.From)
        {
            if (credentials[source.ToString()] is [{ } value])
                present.Add(new(source.ToString(), value));
        }
        return FromPresent(present, policy, memo: null);
    }

    private CallerReading FromPresent(List<KeyValuePair<string, string>> present, CallerPolicy policy, CallerMemo? memo)
    {
        // Clients without a credential may send an empty one, which identifies nobody.
        if (present.TrueForAll(static credential => string.IsNullOrWhiteSpace(credential.Value)))
        {
            var places = policy.Headers.Concat(policy.From.Select(source => source.ToString()));
            return Unknown($"none of the credentials {string.Join(", ", places)} was sent, so this caller cannot be told apart from others.");
        }
        var credentials = CollectionsMarshal.AsSpan(present);
        return Known(memo?.Identify(secret, credentials) ?? CallerScope.FromCredentials(secret, credentials));
    }

    private CallerReading FromTrustedHeader(HttpContext context, string name, IReadOnlyList<IPNetwork> trustedPeers)
    {
        if (!IsTrusted(context.Connection.RemoteIpAddress, trustedPeers))
            return Unknown($"{name} names the caller on this route, and is accepted only from trusted peers.");
        return context.Request.Headers[name] is [var caller] && !string.IsNullOrWhiteSpace(caller)
            ? Known(CallerScope.FromTrustedHeader(secret, name, caller))
            : Unknown($"{name} must name the caller, exactly once.");
    }

    private CallerReading FromCertificate(ClientCertificate? certificate, CertificateName name)
    {
        if (certificate is null)
            return Unknown("a client certificate names the caller on this route, and this connection was made without one.");
        if (clock.GetUtcNow() >= certificate.NotAfter)
            return Unknown("the client certificate of this connection has expired since it was made: connect again with a renewed one.");
        var value = name switch
        {
            CertificateName.Subject => certificate.Subject,
            CertificateName.San => certificate.San,
            CertificateName.Thumbprint => certificate.Thumbprint,
            _ => throw new InvalidOperationException($"nothing in a certificate is {name}"),
        };
        return value is null
            ? Unknown($"the client certificate has no {name}, which names the caller on this route.")
            : Known(CallerScope.FromCertificate(secret, certificate.Root, name.ToString(), value));
    }

    private static CallerReading Known(CallerScope scope) => new(scope, null);

    private static CallerReading Unknown(string why) => new(null, new(GatewayProblem.CallerUnknown, why));

    private static bool IsTrusted(IPAddress? peer, IReadOnlyList<IPNetwork> trustedPeers)
    {
        if (peer is null)
            return false;
        var address = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
        return trustedPeers.Any(network => network.Contains(address));
    }
}
