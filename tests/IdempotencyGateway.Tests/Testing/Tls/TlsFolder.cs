using System.Security.Cryptography.X509Certificates;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tests.Testing.Tls;

/// <summary>A folder with a gateway's certificate and key, and the settings that point there.</summary>
internal sealed class TlsFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TlsFolder(X509Certificate2 certificate) => Put(certificate);

    public string CertificateFile => _folder.File("tls.crt");

    public string KeyFile => _folder.File("tls.key");

    public string File(string name) => _folder.File(name);

    /// <summary>As the command line would say it.</summary>
    public string[] Settings => ["Listen:Proxy:0=https://127.0.0.1:0", $"Listen:Tls:CertificateFile={CertificateFile}", $"Listen:Tls:KeyFile={KeyFile}"];

    public ListenTlsSnapshot Tls => new() { CertificateFile = CertificateFile, KeyFile = KeyFile };

    /// <summary>The first address of the gateway becomes one for TLS.</summary>
    public void Secure(GatewaySetup setup, Func<ListenTlsSnapshot, ListenTlsSnapshot>? change = null)
    {
        var tls = change is null ? Tls : change(Tls);
        setup.Adjust = snapshot => snapshot with { Listen = snapshot.Listen with { Proxy = [new("https://127.0.0.1:0")], Tls = tls } };
    }

    /// <summary>One file after the other, as tools that renew certificates do.</summary>
    public void Put(X509Certificate2 certificate)
    {
        System.IO.File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        System.IO.File.WriteAllText(KeyFile, TestAuthority.KeyPem(certificate));
    }

    public void Dispose() => _folder.Dispose();
}
