using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>Reads the PEM files that TLS to Redis needs.</summary>
internal static class CertificateFiles
{
    public static X509Certificate2Collection? ReadAuthorities(RedisTlsSnapshot? tls) => tls?.CaFile is not { } file
        ? null
        : Read("CaFile", file, () =>
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            return authorities;
        });

    public static X509Certificate2? ReadOwn(RedisTlsSnapshot? tls) => tls?.CertificateFile is not { } file
        ? null
        : Read("CertificateFile", file, () => X509Certificate2.CreateFromPemFile(file, tls.KeyFile));

    private static T Read<T>(string name, string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new StoreUnavailableException(StoreFailure.Refused, $"Store:Redis:{name}: {file} cannot be read as PEM ({e.Message})", e);
        }
    }
}
