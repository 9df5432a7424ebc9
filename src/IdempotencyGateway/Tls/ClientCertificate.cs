using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IdempotencyGateway.Tls;

/// <summary>
/// Whose connection it is, by the certificate that its handshake proved: noted on the connection, so that every request on it has it. No header can
/// put one there. Names are kept as the bytes that the authority signed, in hex: two that merely look alike are two.
/// </summary>
/// <param name="Root">The name of the root at the end of its chain: two authorities may give one name to two parties, and a root that is renewed keeps its own.</param>
/// <param name="Subject">Null when it is empty.</param>
/// <param name="San">The subject alternative names, all of them, as they stand there; null when there are none.</param>
/// <param name="Thumbprint">SHA-256.</param>
/// <param name="NotAfter">UTC; a connection may outlive it, the caller's name does not.</param>
internal sealed record ClientCertificate(string Root, string? Subject, string? San, string Thumbprint, DateTimeOffset NotAfter)
{
    private const string SanExtension = "2.5.29.17";
    private const int EmptySequenceInBytes = 2;

    public static ClientCertificate Of(X509Certificate2 certificate, X509Certificate2 root) => new(
        Convert.ToHexStringLower(root.SubjectName.RawData),
        Hex(certificate.SubjectName.RawData),
        Hex(certificate.Extensions[SanExtension]?.RawData),
        certificate.GetCertHashString(HashAlgorithmName.SHA256),
        new(certificate.NotAfter.ToUniversalTime()));

    private static string? Hex(byte[]? sequence) => sequence is { Length: > EmptySequenceInBytes } ? Convert.ToHexStringLower(sequence) : null;
}
