using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Configuration;
using IdempotencyGateway.Tests.Testing.Tls;
using IdempotencyGateway.Tls;

namespace IdempotencyGateway.Tests.Tls;

/// <summary>Errors in the files of Listen.Tls are reported before anything listens, each with its path and what to do.</summary>
public sealed class TlsFilesTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(56);
    private static readonly TestAuthority Authority = new();
    private readonly X509Certificate2 _certificate = Authority.Server();
    private readonly TlsFolder _folder;

    public TlsFilesTests() => _folder = new(_certificate);

    public void Dispose()
    {
        _folder.Dispose();
        _certificate.Dispose();
    }

    [Fact]
    public void A_certificate_and_its_key_are_read_with_the_chain_behind_it()
    {
        File.WriteAllText(_folder.CertificateFile, _certificate.ExportCertificatePem() + "\n" + Authority.RootPem);

        var usable = Assert.IsType<TlsFilesResult.Usable>(TlsFiles.Read(_folder.Tls, Now));

        Assert.Equal(_certificate.Thumbprint, usable.Tls.Certificate.TargetCertificate.Thumbprint);
        Assert.Equal(new DateTimeOffset(_certificate.NotAfter), usable.Tls.NotAfter);
        Assert.Equal([_folder.CertificateFile, _folder.KeyFile], usable.Files.Select(file => file.Path));
    }

    [Fact]
    public void Certificate_and_key_may_be_in_one_file()
    {
        File.AppendAllText(_folder.CertificateFile, "\n" + TestAuthority.KeyPem(_certificate));

        Assert.IsType<TlsFilesResult.Usable>(TlsFiles.Read(_folder.Tls with { KeyFile = null }, Now));
    }

    [Fact]
    public void Certificate_and_key_may_be_in_a_pfx_file_with_a_password()
    {
        File.WriteAllBytes(_folder.File("tls.pfx"), _certificate.Export(X509ContentType.Pfx, "opens it"));
        File.WriteAllText(_folder.File("password"), "opens it\n");
        var tls = new ListenTlsSnapshot { PfxFile = _folder.File("tls.pfx") };

        Assert.IsType<TlsFilesResult.Usable>(TlsFiles.Read(tls with { PfxPasswordFile = _folder.File("password") }, Now));
        Assert.IsType<TlsFilesResult.Usable>(TlsFiles.Read(tls with { PfxPassword = new("opens it") }, Now));
        Assert.Contains("cannot be opened", Problem(tls with { PfxPassword = new("does not") }, "Listen:Tls:PfxFile"), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Problem(tls with { PfxPasswordFile = _folder.File("none") }, "Listen:Tls:PfxPasswordFile"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_told_by_its_path_and_watched_for()
    {
        File.Delete(_folder.KeyFile);

        Assert.Contains($"{_folder.KeyFile} cannot be read", Problem(_folder.Tls, "Listen:Tls:KeyFile"), StringComparison.Ordinal);
        Assert.Contains(new ConfigurationFile(_folder.KeyFile, null), TlsFiles.Read(_folder.Tls, Now).Files);
    }

    [Fact]
    public void A_key_of_another_certificate_is_told()
    {
        using var other = Authority.Server();
        File.WriteAllText(_folder.KeyFile, TestAuthority.KeyPem(other));

        Assert.Contains("no private key that belongs to", Problem(_folder.Tls, "Listen:Tls:KeyFile"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_encrypted_key_is_told()
    {
        var parameters = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, iterationCount: 1);
        File.WriteAllText(_folder.KeyFile, _certificate.GetECDsaPrivateKey()!.ExportEncryptedPkcs8PrivateKeyPem("secret", parameters));

        Assert.Contains("is encrypted: decrypt it", Problem(_folder.Tls, "Listen:Tls:KeyFile"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not PEM")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")]
    public void What_is_no_certificate_is_told(string text)
    {
        File.WriteAllText(_folder.CertificateFile, text);

        Assert.Contains("holds no certificate in PEM", Problem(_folder.Tls, "Listen:Tls:CertificateFile"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_far_too_large_is_told()
    {
        File.WriteAllBytes(_folder.CertificateFile, new byte[(1 << 20) + 1]);

        Assert.Contains("larger than 1 MB", Problem(_folder.Tls, "Listen:Tls:CertificateFile"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_expired_certificate_is_told_and_one_that_is_not_valid_yet()
    {
        using var expired = Authority.Server(until: Now);
        _folder.Put(expired);
        Assert.Contains("expired at 2026-01-01", Problem(_folder.Tls, "Listen:Tls:CertificateFile"), StringComparison.Ordinal);

        using var early = Authority.Server(from: Now.AddSeconds(1));
        _folder.Put(early);
        Assert.Contains("is not valid before 2026-01-01", Problem(_folder.Tls, "Listen:Tls:CertificateFile"), StringComparison.Ordinal);
    }

    [Fact]
    public void They_stand_in_the_one_list_of_mistakes_with_all_others()
    {
        File.Delete(_folder.KeyFile);

        var problems = GatewayFile.Problems(GatewayFile.LoadMinimal([.. _folder.Settings, "Idempotency:Policies:create:Lease=soon"]));

        Assert.Equal(["Idempotency:Policies:create:Lease", "Listen:Tls:KeyFile"], problems.Select(problem => problem.Split(' ')[0]));
    }

    private static string Problem(ListenTlsSnapshot tls, string path)
    {
        var problem = Assert.Single(Assert.IsType<TlsFilesResult.Broken>(TlsFiles.Read(tls, Now)).Problems);
        Assert.Equal(path, problem.Path);
        return problem.Message;
    }
}
