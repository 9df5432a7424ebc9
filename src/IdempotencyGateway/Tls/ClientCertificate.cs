using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IdempotencyGateway.Tls;

/// <summary>
/// The client certificate that was verified in a connection's handshake. It is a feature of the connection, so every request on it has it, and no header can
/// set it. Names are the hex of their signed DER bytes, so names that only look alike are different.
/// </summary>
/// <param name="Root">The subject name of the chain's root. Two authorities may issue one name to two parties; the root tells them apart. A renewed root keeps its name.</param>
/// <param name="Subject">Null when it is empty.</param>
/// <param name="San">The whole subject alternative names extension; null when there is none.</param>
/// <param name="Thumbprint">SHA-256, in hex.</param>
/// <param name="NotAfter">UTC. A connection may outlive it; from then on it identifies no caller.</param>
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
