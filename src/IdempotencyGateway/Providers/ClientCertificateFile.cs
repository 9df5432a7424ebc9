using System.Security.Cryptography.X509Certificates;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Providers;

/// <summary>
/// The certificate that the gateway shows to a provider, from PEM files. Looked at for each new connection, so that a renewed file counts from the next one on. A file
/// that cannot be read fails the connection: nothing is sent without the certificate.
/// </summary>
internal sealed class ClientCertificateFile(ClientCertificateFiles files)
{
    private readonly Lock _gate = new();
    private X509Certificate2? _read;
    private (DateTime Certificate, DateTime Key) _stamp;

    public ClientCertificateFiles Files => files;

    /// <exception cref="Exception">It cannot be read.</exception>
    public X509Certificate2 Current
    {
        get
        {
            lock (_gate)
            {
                var stamp = (File.GetLastWriteTimeUtc(files.CertificateFile), File.GetLastWriteTimeUtc(files.KeyFile ?? files.CertificateFile));
                if (_read is null || stamp != _stamp)
                {
                    // The one before may be in use in a handshake; it goes with that.
                    _read = X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile);
                    _stamp = stamp;
                }
                return _read;
            }
        }
    }
}
