using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>A self-signed certificate for 127.0.0.1, which no validating client trusts.</summary>
internal static class UntrustedCertificate
{
    public static X509Certificate2 Instance { get; } = Make();

    private static X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
    }
}
