using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Tls;

/// <summary>Which certificates of clients are good: those whose chain ends in one of these roots, whatever else this machine trusts.</summary>
internal sealed record ClientTrust(X509Certificate2Collection Roots, bool IsRequired, bool ChecksRevocation)
{
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    /// <summary>Asks for a certificate in this handshake, judges it, and notes on the connection whose it is.</summary>
    public void Apply(SslServerAuthenticationOptions handshake, IFeatureCollection features)
    {
        handshake.ClientCertificateRequired = true;
        handshake.CertificateChainPolicy = ChainPolicy();
        handshake.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Judge(certificate, chain, errors, features);
    }

    private bool Judge(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, IFeatureCollection features)
    {
        if (certificate is null)
            return !IsRequired;
        if (errors != SslPolicyErrors.None || chain is not { ChainElements: [var own, .., var root] })
            return false;
        features.Set(ClientCertificate.Of(own.Certificate, root.Certificate));
        return true;
    }

    private X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = ChecksRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
            RevocationFlag = X509RevocationFlag.ExcludeRoot,
            // What is missing in the chain is not fetched from wherever the client's certificate says.
            DisableCertificateDownloads = true,
        };
        policy.ApplicationPolicy.Add(new Oid(ClientUse));
        policy.CustomTrustStore.AddRange(Roots);
        return policy;
    }
}
