using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Configuration.Files;

namespace IdempotencyGateway.Tls;

/// <summary>Reads and checks the files that <c>Listen.Tls</c> names. The result is a certificate that matches its key and is valid now, or a list of all problems.</summary>
internal sealed class TlsFiles
{
    private const string Section = "Listen:Tls";
    private const string EncryptedKey = "ENCRYPTED PRIVATE KEY";

    private readonly List<ConfigurationFile> _files = [];
    private readonly List<ConfigurationProblem> _problems = [];

    private TlsFiles()
    {
    }

    public static TlsFilesResult Read(ListenTlsSnapshot tls, DateTimeOffset now)
    {
        var reading = new TlsFiles();
        var chain = tls.PfxFile is { } pfx ? reading.ReadPfx(tls, pfx) : reading.ReadPem(tls);
        var name = tls.PfxFile is null ? "CertificateFile" : "PfxFile";
        if (chain is not null)
            reading.CheckDates(name, tls.PfxFile ?? tls.CertificateFile!, chain[0], now);
        var clients = tls.ClientCertificates == ClientCertificates.Off ? null : reading.ReadClientTrust(tls);
        return reading._problems.Count == 0
            ? new TlsFilesResult.Usable(new(ContextOf(chain!), Utc(chain![0].NotAfter), tls.MinimumVersion, clients)) { Files = reading._files }
            : new TlsFilesResult.Broken(reading._problems) { Files = reading._files };
    }

    /// <summary>Builds the chain from the certificates in the files only; nothing is downloaded.</summary>
    private static SslStreamCertificateContext ContextOf(X509Certificate2Collection chain) =>
        SslStreamCertificateContext.Create(chain[0], [.. chain.Skip(1)], offline: true);

    /// <returns>The certificate with its key, then the file's other certificates; null if there are problems.</returns>
    private X509Certificate2Collection? ReadPem(ListenTlsSnapshot tls)
    {
        var certificate = ReadText("CertificateFile", tls.CertificateFile!);
        var key = tls.KeyFile is null ? certificate : ReadText("KeyFile", tls.KeyFile);
        if (certificate is null || key is null)
            return null;
        var chain = new X509Certificate2Collection();
        if (!TryImport(chain, certificate))
        {
            Reject("CertificateFile", $"{tls.CertificateFile} holds no certificate in PEM: put PEM certificates there (-----BEGIN CERTIFICATE-----), the gateway's own first.");
            return null;
        }
        if (key.Contains(EncryptedKey, StringComparison.Ordinal))
        {
            Reject("KeyFile", $"{tls.KeyFile ?? tls.CertificateFile} is encrypted: decrypt it (openssl pkey), or use PfxFile with PfxPasswordFile.");
            return null;
        }
        try
        {
            chain[0] = X509Certificate2.CreateFromPem(certificate, key);
            return chain;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            Reject("KeyFile", $"{tls.KeyFile ?? tls.CertificateFile} holds no private key that belongs to the first certificate of {tls.CertificateFile}: name the file with its key, in PEM.");
            return null;
        }
    }

    private X509Certificate2Collection? ReadPfx(ListenTlsSnapshot tls, string file)
    {
        var bytes = ReadBytes("PfxFile", file);
        var password = tls.PfxPasswordFile is null ? tls.PfxPassword?.Value : ReadText("PfxPasswordFile", tls.PfxPasswordFile)?.TrimEnd('\r', '\n');
        if (bytes is null || _problems.Count > 0)
            return null;
        try
        {
            var all = X509CertificateLoader.LoadPkcs12Collection(bytes, password);
            if (all.FirstOrDefault(one => one.HasPrivateKey) is { } own)
                return [own, .. all.Where(one => one != own)];
            Reject("PfxFile", $"{file} holds no certificate with a private key: export both into it.");
        }
        catch (CryptographicException e)
        {
            Reject("PfxFile", $"{file} cannot be opened ({e.Message}): is it PKCS #12, and is its password in PfxPasswordFile?");
        }
        return null;
    }

    private ClientTrust? ReadClientTrust(ListenTlsSnapshot tls)
    {
        if (ReadText("ClientCaFile", tls.ClientCaFile!) is not { } pem)
            return null;
        var roots = new X509Certificate2Collection();
        if (TryImport(roots, pem) && roots.All(root => root.SubjectName.RawData.AsSpan().SequenceEqual(root.IssuerName.RawData)))
            return new(roots, tls.ClientCertificates == ClientCertificates.Required, tls.ChecksClientRevocation);
        Reject("ClientCaFile", $"{tls.ClientCaFile} is not a list of root certificates in PEM: put only self-signed roots there; clients send the intermediates.");
        return null;
    }

    private void CheckDates(string name, string file, X509Certificate2 certificate, DateTimeOffset now)
    {
        if (now >= Utc(certificate.NotAfter))
            Reject(name, $"{file} expired at {Utc(certificate.NotAfter):u}: put a renewed certificate there.");
        else if (now < Utc(certificate.NotBefore))
            Reject(name, $"{file} is not valid before {Utc(certificate.NotBefore):u}: is this machine's clock right?");
    }

    private static DateTimeOffset Utc(DateTime local) => new(local.ToUniversalTime());

    private static bool TryImport(X509Certificate2Collection certificates, string pem)
    {
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            return false;
        }
        return certificates.Count > 0;
    }

    private string? ReadText(string name, string file) => ReadBytes(name, file) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null;

    private byte[]? ReadBytes(string name, string path)
    {
        var bytes = SmallFile.Read(path, out var file, out var problem);
        _files.Add(file);
        if (problem is not null)
            Reject(name, problem);
        return bytes;
    }

    private void Reject(string name, string message) => _problems.Add(new($"{Section}:{name}", message));
}
