using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IdempotencyGateway.Tests.Testing.Tls;

/// <summary>A root of a test's own, and the certificates that it signs: for servers at 127.0.0.1, and for clients.</summary>
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

    /// <summary>For a server at 127.0.0.1.</summary>
    /// <param name="until">100 years after 1970 when left out.</param>
    public X509Certificate2 Server(DateTimeOffset? until = null, DateTimeOffset? from = null)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        return Sign("CN=gateway", ServerUse, names, from ?? Beginning, until ?? End);
    }

    /// <param name="listAt">Where the certificate says that the list of revoked ones can be had.</param>
    public X509Certificate2 Client(string subject, DateTimeOffset? until = null, Uri? san = null, Uri? listAt = null)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (san is not null)
            names.AddUri(san);
        return Sign(subject, ClientUse, names, Beginning, until ?? End, listAt: listAt);
    }

    /// <summary>An authority that this one signed.</summary>
    /// <param name="listAt">As for a client.</param>
    public TestAuthority Below(Uri? listAt = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=between", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        AddListAt(request, listAt);
        using var signed = request.Create(Root, Beginning, End, [2, (byte)Interlocked.Increment(ref _serial)]);
        return new(signed.CopyWithPrivateKey(key));
    }

    /// <summary>The list of those that this authority has revoked, good for a day.</summary>
    /// <param name="age">How long ago it was made.</param>
    public byte[] List(TimeSpan age, params ReadOnlySpan<X509Certificate2> revoked)
    {
        var made = DateTimeOffset.UtcNow - age;
        var list = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked)
            list.AddEntry(certificate, made);
        return list.Build(Root, 1, made.AddDays(1), HashAlgorithmName.SHA256, thisUpdate: made);
    }

    /// <summary>For a client, signed by an authority that the root signed.</summary>
    /// <param name="issuerAt">Where the certificate says that its issuer's can be had.</param>
    public (X509Certificate2 Own, X509Certificate2 Between) ClientBelowAnother(string subject, Uri? issuerAt = null)
    {
        var between = Below();
        return (between.Sign(subject, ClientUse, new(), Beginning, End, issuerAt), between.Root);
    }

    /// <summary>For a server at 127.0.0.1, signed by an authority that the root signed.</summary>
    public (X509Certificate2 Own, X509Certificate2 Between) ServerBelowAnother()
    {
        var between = Below();
        return (between.Server(), between.Root);
    }

    /// <summary>For a client, signed by another client, who is no authority.</summary>
    public (X509Certificate2 Own, X509Certificate2 Between) ClientSignedByAClient(string subject, string signer, Uri? listAt = null)
    {
        var between = Client(signer);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ClientUse)], critical: false));
        AddListAt(request, listAt);
        using var signed = request.Create(
            between.SubjectName, X509SignatureGenerator.CreateForECDsa(between.GetECDsaPrivateKey()!), Beginning, End, [3, (byte)Interlocked.Increment(ref _serial)]);
        return (signed.CopyWithPrivateKey(key), between);
    }

    /// <summary>PEM, the key in PKCS #8.</summary>
    public static string KeyPem(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();

    private static void AddListAt(CertificateRequest request, Uri? listAt)
    {
        if (listAt is not null)
            request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([listAt.ToString()]));
    }

    private X509Certificate2 Sign(
        string subject, string use, SubjectAlternativeNameBuilder names, DateTimeOffset from, DateTimeOffset until, Uri? issuerAt = null, Uri? listAt = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        var alternatives = names.Build();
        if (alternatives.RawData.Length > 2)
            request.CertificateExtensions.Add(alternatives);
        if (issuerAt is not null)
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(null, [issuerAt.ToString()]));
        AddListAt(request, listAt);
        using var signed = request.Create(Root, from, until, [1, (byte)Interlocked.Increment(ref _serial)]);
        return signed.CopyWithPrivateKey(key);
    }
}
