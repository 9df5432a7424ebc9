using System.Net;
using System.Runtime.InteropServices;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tls;

namespace IdempotencyGateway.Intake;

/// <summary>Tells whose request it is. A caller that cannot be told from others is refused, never thrown in with them.</summary>
public sealed class CallerScopeReader(StoreSecret secret, TokenCallers tokens, TimeProvider clock)
{
    /// <param name="body">Whole, where the policy looks there for credentials; else it may be empty.</param>
    /// <param name="trustedPeers">Whose caller header counts.</param>
    public async ValueTask<CallerReading> ReadAsync(
        HttpContext context, CallerPolicy policy, IReadOnlyList<IPNetwork> trustedPeers, ReadOnlyMemory<byte> body)
    {
        if (policy.Scope == CallerScopeKind.Jwt)
            return await tokens.ReadAsync(context, policy.Issuer!);
        return TryRead(context, policy, trustedPeers, body.Span, out var scope) is { } unknown
            ? new(null, new(GatewayProblem.CallerUnknown, unknown))
            : new(scope, null);
    }

    /// <returns>Why the caller cannot be told, or null.</returns>
    private string? TryRead(
        HttpContext context, CallerPolicy policy, IReadOnlyList<IPNetwork> trustedPeers, ReadOnlySpan<byte> body, out CallerScope scope)
    {
        scope = default;
        return policy.Scope switch
        {
            CallerScopeKind.Credentials => FromCredentials(context, policy, body, out scope),
            CallerScopeKind.Header => FromTrustedHeader(context, policy.Headers[0], trustedPeers, out scope),
            CallerScopeKind.ClientCertificate => FromCertificate(context.Features.Get<ClientCertificate>(), policy.Certificate, out scope),
            CallerScopeKind.None => FromNothing(out scope),
            _ => throw new InvalidOperationException($"no caller scope for {policy.Scope}"),
        };
    }

    /// <summary>The same for a caller that an operator describes.</summary>
    /// <param name="credentials">Under the headers' names, and under the sources' own texts ("form:client_id") where the policy has such.</param>
    /// <param name="name">What a trusted peer would call it.</param>
    public string? TryRead(IHeaderDictionary credentials, string? name, CallerPolicy policy, out CallerScope scope)
    {
        scope = default;
        return policy.Scope switch
        {
            CallerScopeKind.Credentials => FromCredentials(credentials, policy, out scope),
            CallerScopeKind.Header when string.IsNullOrWhiteSpace(name) => $"the caller's name is missing, which {policy.Headers[0]} carries on this route.",
            CallerScopeKind.Header => FromName(policy.Headers[0], name, out scope),
            CallerScopeKind.Jwt => "a token names the caller on this route: ask by the storage key, which the log tells.",
            CallerScopeKind.ClientCertificate => "a certificate names the caller on this route: ask by the storage key, which the log tells.",
            CallerScopeKind.None => FromNothing(out scope),
            _ => throw new InvalidOperationException($"no caller scope for {policy.Scope}"),
        };
    }

    private string? FromCredentials(HttpContext context, CallerPolicy policy, ReadOnlySpan<byte> body, out CallerScope scope)
    {
        var present = HeadersPresent(context.Request.Headers, policy);
        foreach (var source in policy.From)
        {
            if (SourceReader.Find(source, context.Request, policy, body) is { } value)
                present.Add(new(source.ToString(), value));
        }
        return FromPresent(present, policy, context.Features.Get<CallerMemo>(), out scope);
    }

    private string? FromCredentials(IHeaderDictionary credentials, CallerPolicy policy, out CallerScope scope)
    {
        var present = HeadersPresent(credentials, policy);
        foreach (var source in policy.From)
        {
            if (credentials[source.ToString()] is [{ } value])
                present.Add(new(source.ToString(), value));
        }
        return FromPresent(present, policy, memo: null, out scope);
    }

    private static List<KeyValuePair<string, string>> HeadersPresent(IHeaderDictionary headers, CallerPolicy policy)
    {
        var present = new List<KeyValuePair<string, string>>(policy.Headers.Count);
        foreach (var name in policy.Headers)
        {
            foreach (var value in headers[name])
                present.Add(new(name, value ?? ""));
        }
        return present;
    }

    private string? FromPresent(List<KeyValuePair<string, string>> present, CallerPolicy policy, CallerMemo? memo, out CallerScope scope)
    {
        if (present.Count == 0)
        {
            scope = default;
            return $"none of the credentials {string.Join(", ", policy.Headers.Concat(policy.From.Select(source => source.ToString())))} was sent, so this caller's keys could not be kept apart from others'.";
        }
        var credentials = CollectionsMarshal.AsSpan(present);
        scope = memo?.Tell(secret, credentials) ?? CallerScope.FromCredentials(secret, credentials);
        return null;
    }

    private string? FromTrustedHeader(HttpContext context, string name, IReadOnlyList<IPNetwork> trustedPeers, out CallerScope scope)
    {
        scope = default;
        if (!IsTrusted(context.Connection.RemoteIpAddress, trustedPeers))
            return $"{name} names the caller on this route, and is believed only from trusted peers.";
        var values = context.Request.Headers[name];
        if (values.Count != 1 || string.IsNullOrWhiteSpace(values[0]))
            return $"{name} must name the caller, exactly once.";
        return FromName(name, values[0]!, out scope);
    }

    private string? FromName(string header, string name, out CallerScope scope)
    {
        scope = CallerScope.FromTrustedHeader(secret, header, name);
        return null;
    }

    private string? FromCertificate(ClientCertificate? certificate, CertificateName name, out CallerScope scope)
    {
        scope = default;
        if (certificate is null)
            return "a client certificate names the caller on this route, and this connection was made without one.";
        if (clock.GetUtcNow() >= certificate.NotAfter)
            return "the client certificate of this connection has expired since it was made: connect again with a renewed one.";
        var value = name switch
        {
            CertificateName.Subject => certificate.Subject,
            CertificateName.San => certificate.San,
            CertificateName.Thumbprint => certificate.Thumbprint,
            _ => throw new InvalidOperationException($"nothing in a certificate is {name}"),
        };
        if (value is null)
            return $"the client certificate has no {name}, which names the caller on this route.";
        scope = CallerScope.FromCertificate(secret, certificate.Root, name.ToString(), value);
        return null;
    }

    private string? FromNothing(out CallerScope scope)
    {
        scope = CallerScope.Shared(secret);
        return null;
    }

    private static bool IsTrusted(IPAddress? peer, IReadOnlyList<IPNetwork> trustedPeers)
    {
        if (peer is null)
            return false;
        var address = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
        return trustedPeers.Any(network => network.Contains(address));
    }
}
