using System.Security.Cryptography.X509Certificates;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Providers;

/// <summary>
/// The gateway's client certificate for a provider, from PEM files. The files' times are checked for each new connection, so that a renewed certificate is used from
/// the next connection on. A file that cannot be read fails the connection: nothing is sent without the certificate.
/// </summary>
internal sealed class ClientCertificateFile(ClientCertificateFiles files)
{
    private readonly Lock _gate = new();
    private X509Certificate2? _read;
    private (DateTime Certificate, DateTime Key) _stamp;

    public ClientCertificateFiles Files => files;

    /// <exception cref="Exception">A file cannot be read.</exception>
    public X509Certificate2 Current
    {
        get
        {
            lock (_gate)
            {
                var stamp = (File.GetLastWriteTimeUtc(files.CertificateFile), File.GetLastWriteTimeUtc(files.KeyFile ?? files.CertificateFile));
                if (_read is null || stamp != _stamp)
                {
                    // The previous certificate is not disposed, because a handshake may still use it.
                    _read = X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile);
                    _stamp = stamp;
                }
                return _read;
            }
        }
    }
}
