using System.Security.Cryptography.X509Certificates;
using IdempotencyGateway.Tests.Testing.Tls;

namespace IdempotencyGateway.Tests.Testing.Redis;

/// <summary>PEM files for a Redis with TLS: a certificate authority, and a server certificate for 127.0.0.1 and a client certificate that it signed.</summary>
public sealed class RedisCertificates : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RedisCertificates()
    {
        var authority = new TestAuthority();
        File.WriteAllText(Authority, authority.RootPem);
        Write("server", authority.Server());
        Write("client", authority.Client("CN=client"));
    }

    public string Authority => _folder.File("ca.pem");

    public string Client => _folder.File("client.pem");

    public string ClientKey => _folder.File("client.key");

    /// <summary>The redis.conf lines of a server that accepts only TLS connections.</summary>
    /// <param name="asksClients">Whether the server requires a client certificate that the authority signed.</param>
    public string[] Settings(bool asksClients) =>
    [
        "port 0", "tls-port {port}", $"tls-cert-file {_folder.File("server.pem")}", $"tls-key-file {_folder.File("server.key")}",
        $"tls-ca-cert-file {Authority}", $"tls-auth-clients {(asksClients ? "yes" : "no")}",
    ];

    public void Dispose() => _folder.Dispose();

    private void Write(string name, X509Certificate2 certificate)
    {
        File.WriteAllText(_folder.File($"{name}.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(_folder.File($"{name}.key"), TestAuthority.KeyPem(certificate));
    }
}
