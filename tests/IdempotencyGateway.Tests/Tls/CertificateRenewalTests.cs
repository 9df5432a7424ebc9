using System.Security.Cryptography.X509Certificates;
using IdempotencyGateway.Tests.Hosting;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Tls;
using IdempotencyGateway.Tls;

namespace IdempotencyGateway.Tests.Tls;

/// <summary>Certificates are renewed while the gateway runs: new handshakes get the new certificate, and existing connections are not affected.</summary>
public sealed class CertificateRenewalTests : IDisposable
{
    private static readonly TestAuthority Authority = new();
    private readonly X509Certificate2 _first = Authority.Server();
    private readonly X509Certificate2 _second = Authority.Server(until: DateTimeOffset.UnixEpoch.AddYears(99));
    private readonly TlsFolder _folder;

    public CertificateRenewalTests() => _folder = new(_first);

    public void Dispose()
    {
        _folder.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public async Task The_next_handshake_gets_the_new_certificate_and_open_connections_stay()
    {
        var held = Step.AfterBody.Hang().Answer(201, "{}");
        await using var reloading = await ReloadingGateway.StartAsync(ReloadingGateway.Json(), held, settings: _folder.Settings);
        using var before = new TlsClient(reloading.Gateway.Address, Authority.Root);
        var underWay = before.PostAsync("k-1");
        await (await reloading.Provider.Delivered(1)).Waiting;

        _folder.Put(_second);
        await Taken(reloading, _second);
        held.Release();

        Assert.Equal(201, (await underWay).Status);
        Assert.Equal("replayed", (await before.PostAsync("k-1")).Source);
        Assert.Equal([_first.Thumbprint], before.Shown);
        using var after = new TlsClient(reloading.Gateway.Address, Authority.Root);
        Assert.Equal("replayed", (await after.PostAsync("k-1")).Source);
        Assert.Equal([_second.Thumbprint], after.Shown);
    }

    [Fact]
    public async Task The_links_of_a_mounted_secret_are_followed()
    {
        Mount(_folder.File("..1"), _first);
        Directory.CreateSymbolicLink(_folder.File("..data"), "..1");
        File.Delete(_folder.CertificateFile);
        File.Delete(_folder.KeyFile);
        File.CreateSymbolicLink(_folder.CertificateFile, Path.Combine("..data", "tls.crt"));
        File.CreateSymbolicLink(_folder.KeyFile, Path.Combine("..data", "tls.key"));
        await using var reloading = await ReloadingGateway.StartAsync(ReloadingGateway.Json(), settings: _folder.Settings);

        Mount(_folder.File("..2"), _second);
        File.CreateSymbolicLink(_folder.File("..data_tmp"), "..2");
        // .NET cannot rename a symbolic link to a folder over another one.
        using (var rename = System.Diagnostics.Process.Start("mv", ["-T", _folder.File("..data_tmp"), _folder.File("..data")]))
            await rename.WaitForExitAsync();
        await Taken(reloading, _second);

        Assert.Equal([_second.Thumbprint], await Shown(reloading));
    }

    [Fact]
    public async Task A_broken_file_keeps_the_last_good_certificate_and_is_loud_until_it_is_mended()
    {
        await using var reloading = await ReloadingGateway.StartAsync(ReloadingGateway.Json(), settings: _folder.Settings);

        await File.WriteAllTextAsync(_folder.CertificateFile, "-----BEGIN CERTIFICATE-----\n");
        var refused = await Until(reloading, report => !report.Applied);

        Assert.Equal("Listen:Tls:CertificateFile", Assert.Single(refused.Problems).Path);
        Assert.Equal([_first.Thumbprint], await Shown(reloading));
        Assert.Contains(reloading.Gateway.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("TLS files are not usable", StringComparison.Ordinal));

        _folder.Put(_second);
        await Until(reloading, report => report.Applied);
        await Taken(reloading, _second);
        Assert.Equal([_second.Thumbprint], await Shown(reloading));
    }

    [Fact]
    public async Task A_mistake_elsewhere_in_the_configuration_does_not_hold_a_renewal_up()
    {
        await using var reloading = await ReloadingGateway.StartAsync(ReloadingGateway.Json(), settings: _folder.Settings);
        reloading.Replace(ReloadingGateway.Json(lease: "soon"));
        Assert.False((await reloading.Reload(1)).Applied);

        _folder.Put(_second);
        await Taken(reloading, _second);

        Assert.Equal([_second.Thumbprint], await Shown(reloading));
        Assert.False(reloading.Snapshots.LastReload!.Applied);
    }

    [Fact]
    public void A_certificate_that_came_before_its_time_is_taken_at_the_next_look_though_its_files_are_the_same()
    {
        var clock = new ManualTimeProvider();
        var current = CurrentTls.Open(_folder.Tls, clock);
        using var early = Authority.Server(from: clock.GetUtcNow().AddHours(1));
        _folder.Put(early);

        Assert.IsType<TlsRenewal.Refused>(current.Renew());
        Assert.Equal(_first.Thumbprint, current.Served!.Certificate.TargetCertificate.Thumbprint);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.IsType<TlsRenewal.Renewed>(current.Renew());
        Assert.Equal(early.Thumbprint, current.Served!.Certificate.TargetCertificate.Thumbprint);
        Assert.IsType<TlsRenewal.Unchanged>(current.Renew());
    }

    /// <summary>Waits until the certificate is in use. The write of two files may take several reloads.</summary>
    private static async Task Taken(ReloadingGateway reloading, X509Certificate2 expected)
    {
        var current = reloading.Gateway.Get<CurrentTls>();
        for (var count = 1; current.Served!.Certificate.TargetCertificate.Thumbprint != expected.Thumbprint; count++)
            await reloading.Reload(count);
    }

    private static async Task<IdempotencyGateway.Configuration.ReloadReport> Until(
        ReloadingGateway reloading, Predicate<IdempotencyGateway.Configuration.ReloadReport> isIt)
    {
        for (var count = 1; ; count++)
        {
            var report = await reloading.Reload(count);
            if (isIt(report) && report == reloading.Snapshots.LastReload)
                return report;
        }
    }

    private static async Task<IReadOnlyList<string>> Shown(ReloadingGateway reloading)
    {
        using var client = new TlsClient(reloading.Gateway.Address, Authority.Root);
        Assert.Equal(201, (await client.PostAsync(Guid.NewGuid().ToString())).Status);
        return client.Shown;
    }

    private static void Mount(string folder, X509Certificate2 certificate)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "tls.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "tls.key"), TestAuthority.KeyPem(certificate));
    }
}
