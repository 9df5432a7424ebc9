using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IdempotencyGateway.Tests.Testing.Tls;

/// <summary>A certificate authority for one test, which signs certificates for clients and for servers at 127.0.0.1.</summary>
internal sealed class TestAuthority
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";
    private static readonly DateTimeOffset Beginning = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset End = DateTimeOffset.UnixEpoch.AddYears(100);
    private int _serial;

    public TestAuthority(string name = "test root")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        Root = request.CreateSelfSigned(Beginning, End);
    }

    private TestAuthority(X509Certificate2 authority) => Root = authority;

    public X509Certificate2 Root { get; }

    public string RootPem => Root.ExportCertificatePem();

    /// <summary>Signs a certificate for a server at 127.0.0.1.</summary>
    /// <param name="until">The end of its validity; by default 100 years after 1970.</param>
    public X509Certificate2 Server(DateTimeOffset? until = null, DateTimeOffset? from = null)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        return Sign("CN=gateway", ServerUse, names, from ?? Beginning, until ?? End);
    }

    /// <summary>Signs a client certificate.</summary>
    /// <param name="crlUrl">The CRL distribution point that the certificate names; null for none.</param>
    public X509Certificate2 Client(string subject, DateTimeOffset? until = null, Uri? san = null, Uri? crlUrl = null)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (san is not null)
            names.AddUri(san);
        return Sign(subject, ClientUse, names, Beginning, until ?? End, crlUrl: crlUrl);
    }

    /// <summary>Creates an intermediate authority, signed by this one.</summary>
    /// <param name="crlUrl">The CRL distribution point that its certificate names; null for none.</param>
    public TestAuthority Intermediate(Uri? crlUrl = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=intermediate", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        AddCrlUrl(request, crlUrl);
        using var signed = request.Create(Root, Beginning, End, [2, (byte)Interlocked.Increment(ref _serial)]);
        return new(signed.CopyWithPrivateKey(key));
    }

    /// <summary>Signs a certificate revocation list (CRL) that is valid for a day from its issue.</summary>
    /// <param name="age">How long ago it was issued.</param>
    public byte[] RevocationList(TimeSpan age, params ReadOnlySpan<X509Certificate2> revoked)
    {
        var made = DateTimeOffset.UtcNow - age;
        var list = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked)
            list.AddEntry(certificate, made);
        return list.Build(Root, 1, made.AddDays(1), HashAlgorithmName.SHA256, thisUpdate: made);
    }

    /// <summary>Creates a client certificate that a new intermediate authority signed.</summary>
    /// <param name="issuerUrl">The URL of the issuer's certificate that the client's names (Authority Information Access); null for none.</param>
    public (X509Certificate2 Leaf, X509Certificate2 Intermediate) ClientUnderIntermediate(string subject, Uri? issuerUrl = null)
    {
        var intermediate = Intermediate();
        return (intermediate.Sign(subject, ClientUse, new(), Beginning, End, issuerUrl), intermediate.Root);
    }

    /// <summary>Creates a certificate for a server at 127.0.0.1 that a new intermediate authority signed.</summary>
    public (X509Certificate2 Leaf, X509Certificate2 Intermediate) ServerUnderIntermediate()
    {
        var intermediate = Intermediate();
        return (intermediate.Server(), intermediate.Root);
    }

    /// <summary>Creates a forged client certificate: its issuer is another client, which is no certificate authority.</summary>
    public (X509Certificate2 Forged, X509Certificate2 Issuer) ClientSignedByAClient(string subject, string signer, Uri? crlUrl = null)
    {
        var issuer = Client(signer);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ClientUse)], critical: false));
        AddCrlUrl(request, crlUrl);
        using var signed = request.Create(
            issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuer.GetECDsaPrivateKey()!), Beginning, End, [3, (byte)Interlocked.Increment(ref _serial)]);
        return (signed.CopyWithPrivateKey(key), issuer);
    }

    /// <summary>The certificate's private key as PKCS #8 PEM.</summary>
    public static string KeyPem(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();

    private static void AddCrlUrl(CertificateRequest request, Uri? crlUrl)
    {
        if (crlUrl is not null)
            request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([crlUrl.ToString()]));
    }

    private X509Certificate2 Sign(
        string subject, string use, SubjectAlternativeNameBuilder names, DateTimeOffset from, DateTimeOffset until, Uri? issuerUrl = null, Uri? crlUrl = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        var alternatives = names.Build();
        if (alternatives.RawData.Length > 2)
            request.CertificateExtensions.Add(alternatives);
        if (issuerUrl is not null)
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(null, [issuerUrl.ToString()]));
        AddCrlUrl(request, crlUrl);
        using var signed = request.Create(Root, from, until, [1, (byte)Interlocked.Increment(ref _serial)]);
        return signed.CopyWithPrivateKey(key);
    }
}
