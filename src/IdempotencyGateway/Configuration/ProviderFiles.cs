using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdempotencyGateway.Configuration.Files;
using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration;

/// <summary>Checks the files with secrets and certificates for providers when the configuration is read, so that a mistake is found before the first request needs them. They are read again when used.</summary>
internal static class ProviderFiles
{
    /// <returns>All files, including missing ones, which are to be watched.</returns>
    public static IReadOnlyList<ConfigurationFile> Check(IReadOnlyDictionary<string, ProviderCredentials> providers, ProblemList problems)
    {
        var files = new List<ConfigurationFile>();
        foreach (var (cluster, provider) in providers)
        {
            if (provider.OAuth is { } client && Read(client.ClientSecretFile, $"Providers:{cluster}:OAuth:ClientSecretFile") is { } secret && secret.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
                problems.Add($"Providers:{cluster}:OAuth:ClientSecretFile", $"{client.ClientSecretFile} is empty: write the client's secret into it.");
            if (provider.ClientCertificate is { } certificate)
                CheckCertificate(certificate, $"Providers:{cluster}:ClientCertificate");
        }
        return files;

        byte[]? Read(string path, string setting)
        {
            var bytes = SmallFile.Read(path, out var file, out var problem);
            files.Add(file);
            if (problem is not null)
                problems.Add(setting, problem);
            return bytes;
        }

        void CheckCertificate(ClientCertificateFiles pem, string section)
        {
            var isThere = Read(pem.CertificateFile, $"{section}:CertificateFile") is not null;
            if (pem.KeyFile is { } key)
                isThere &= Read(key, $"{section}:KeyFile") is not null;
            if (!isThere)
                return;
            try
            {
                using var certificate = X509Certificate2.CreateFromPemFile(pem.CertificateFile, pem.KeyFile);
            }
            catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
            {
                problems.Add($"{section}:CertificateFile", $"{pem.CertificateFile} and its key cannot be used: both must be PEM, and the key must be unencrypted and belong to the certificate.");
            }
        }
    }
}
