using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Tls;

/// <summary>Validates client certificates: their chain must end in one of these roots. The machine's trust store does not count.</summary>
internal sealed record ClientTrust(X509Certificate2Collection Roots, bool IsRequired, bool ChecksRevocation)
{
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    /// <summary>Requests a client certificate in this handshake, validates it, and sets <see cref="ClientCertificate"/> on the connection.</summary>
    public void Apply(SslServerAuthenticationOptions handshake, IFeatureCollection features)
    {
        handshake.ClientCertificateRequired = true;
        // A resumed session has the client's certificate but no intermediates. The chain of a client that needs them could not be built, and it would be refused on every connection but its first.
        handshake.AllowTlsResume = false;
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
            // Missing intermediates are not downloaded: the client chooses the URL that its certificate names.
            DisableCertificateDownloads = true,
        };
        policy.ApplicationPolicy.Add(new Oid(ClientUse));
        policy.CustomTrustStore.AddRange(Roots);
        return policy;
    }
}
