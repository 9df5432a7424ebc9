namespace IdempotencyGateway.Tests.Configuration;

public sealed class ListenTests
{
    [Fact]
    public void Addresses_for_http2_stand_beside_the_others()
    {
        var snapshot = GatewayFile.LoadValid("Listen:Http2:0=http://127.0.0.1:8082");

        Assert.Equal([new Uri("http://0.0.0.0:8080")], snapshot.Listen.Proxy);
        Assert.Equal([new Uri("http://127.0.0.1:8082")], snapshot.Listen.Http2);
    }

    [Theory]
    [InlineData("Listen:Admin=http://127.0.0.1:8082", "Listen:Admin has the proxy's port, 8082")]
    [InlineData("Listen:Proxy:0=http://127.0.0.1:8082", "Listen:Proxy and Http2 name an address twice")]
    public void An_address_for_http2_is_for_clients_alone(string other, string problem)
    {
        var problems = GatewayFile.Problems(GatewayFile.LoadMinimal("Listen:Http2:0=http://127.0.0.1:8082", other));

        Assert.StartsWith(problem, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Listen:Tls names no certificate, but Listen:Proxy has an https address", "Listen:Proxy:0=https://0.0.0.0:8443")]
    [InlineData("Listen:Proxy has no https address", "Listen:Tls:CertificateFile=/c.pem")]
    [InlineData("Listen:Tls:PfxFile and CertificateFile are both set", "Listen:Proxy:0=https://0.0.0.0:8443", "Listen:Tls:CertificateFile=/c.pem", "Listen:Tls:PfxFile=/c.pfx")]
    [InlineData("Listen:Tls:KeyFile is set without CertificateFile", "Listen:Tls:KeyFile=/k.pem")]
    [InlineData("Listen:Tls:PfxFile is missing, but its password is set", "Listen:Tls:PfxPassword=p")]
    [InlineData("Listen:Tls:MinimumVersion \"Tls11\" is not one of: Tls12, Tls13", "Listen:Tls:MinimumVersion=Tls11")]
    [InlineData("Listen:Http2:0 \"https://127.0.0.1:8082\" is not an address to listen at", "Listen:Http2:0=https://127.0.0.1:8082")]
    [InlineData("Listen:Proxy and Http2 name an address twice", "Listen:Proxy:0=https://127.0.0.1:8082", "Listen:Http2:0=http://127.0.0.1:8082", "Listen:Tls:CertificateFile=/c.pem")]
    [InlineData("Listen:Tls:ClientCaFile is missing", "Listen:Proxy:0=https://0.0.0.0:8443", "Listen:Tls:CertificateFile=/c.pem", "Listen:Tls:ClientCertificates=Allowed")]
    [InlineData("Listen:Tls:ClientCertificates is Off, but ClientCaFile is set", "Listen:Proxy:0=https://0.0.0.0:8443", "Listen:Tls:CertificateFile=/c.pem", "Listen:Tls:ClientCaFile=/c.pem")]
    [InlineData("Idempotency:Policies:create:Caller:Scope is ClientCertificate, but clients are not asked for one", "Idempotency:Policies:create:Caller:Scope=ClientCertificate")]
    [InlineData("Idempotency:Policies:create:Caller:Headers has no effect with Scope ClientCertificate", "Idempotency:Policies:create:Caller:Scope=ClientCertificate", "Idempotency:Policies:create:Caller:Headers:0=x-caller")]
    public void A_mistake_about_TLS_is_told_with_its_remedy(string problem, params string[] settings) =>
        Assert.Contains(GatewayFile.Problems(GatewayFile.LoadMinimal(settings)), found => found.StartsWith(problem, StringComparison.Ordinal));

    [Fact]
    public void A_password_is_never_printed() =>
        Assert.DoesNotContain("hush", new IdempotencyGateway.Configuration.PfxPassword("hush").ToString(), StringComparison.Ordinal);
}
