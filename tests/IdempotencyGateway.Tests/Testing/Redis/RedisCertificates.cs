using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IdempotencyGateway.Tests.Testing.Redis;

/// <summary>An authority, a server for 127.0.0.1 and a client, as PEM files in a folder of their own.</summary>
public sealed class RedisCertificates : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Until = DateTimeOffset.UnixEpoch.AddYears(100);

    private readonly TemporaryFolder _folder = new();

    public RedisCertificates()
    {
        using var authority = MakeAuthority();
        File.WriteAllText(Authority, authority.ExportCertificatePem());
        Issue("server", authority);
        Issue("client", authority);
    }

    public string Authority => _folder.File("ca.pem");

    public string Client => _folder.File("client.pem");

    public string ClientKey => _folder.File("client.key");

    /// <summary>A server that speaks nothing but TLS.</summary>
    /// <param name="asksClients">And lets in only clients that the authority knows.</param>
    public string[] Settings(bool asksClients) =>
    [
        "port 0", "tls-port {port}", $"tls-cert-file {_folder.File("server.pem")}", $"tls-key-file {_folder.File("server.key")}",
        $"tls-ca-cert-file {Authority}", $"tls-auth-clients {(asksClients ? "yes" : "no")}",
    ];

    public void Dispose() => _folder.Dispose();

    private static X509Certificate2 MakeAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=a test's authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(From, Until);
    }

    private void Issue(string name, X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, From, Until, RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(_folder.File($"{name}.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(_folder.File($"{name}.key"), key.ExportPkcs8PrivateKeyPem());
    }
}
