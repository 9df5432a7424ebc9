using System.Security.Cryptography.X509Certificates;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tests.Testing.Tls;

/// <summary>A folder with a gateway's certificate and key files, and the settings that name them.</summary>
internal sealed class TlsFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TlsFolder(X509Certificate2 certificate) => Put(certificate);

    public string CertificateFile => _folder.File("tls.crt");

    public string KeyFile => _folder.File("tls.key");

    public string File(string name) => _folder.File(name);

    /// <summary>The settings for a TLS listener with these files, as <c>name=value</c>.</summary>
    public string[] Settings => ["Listen:Proxy:0=https://127.0.0.1:0", $"Listen:Tls:CertificateFile={CertificateFile}", $"Listen:Tls:KeyFile={KeyFile}"];

    public ListenTlsSnapshot Tls => new() { CertificateFile = CertificateFile, KeyFile = KeyFile };

    /// <summary>Makes the gateway's proxy listener a TLS listener with these files.</summary>
    public void Secure(GatewaySetup setup, Func<ListenTlsSnapshot, ListenTlsSnapshot>? change = null)
    {
        var tls = change is null ? Tls : change(Tls);
        setup.Adjust = snapshot => snapshot with { Listen = snapshot.Listen with { Proxy = [new("https://127.0.0.1:0")], Tls = tls } };
    }

    /// <summary>Writes the certificate file, then the key file, as certificate renewal tools do: between the two writes they do not match.</summary>
    public void Put(X509Certificate2 certificate)
    {
        System.IO.File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        System.IO.File.WriteAllText(KeyFile, TestAuthority.KeyPem(certificate));
    }

    public void Dispose() => _folder.Dispose();
}
