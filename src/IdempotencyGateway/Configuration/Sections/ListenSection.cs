using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class ListenSection
{
    private static readonly Uri DefaultProxy = new("http://0.0.0.0:8080");
    private static readonly Uri DefaultAdmin = new("http://127.0.0.1:9090");

    public static ListenSnapshot Read(SectionReader section)
    {
        var proxy = section.List("Proxy", ValueForms.ListenUrlOrTls, min: 1, max: 16) ?? [DefaultProxy];
        var http2 = section.List("Http2", ValueForms.ListenUrl, min: 1, max: 16) ?? [];
        var admin = section.ValueOrNone("Admin", DefaultAdmin, ValueForms.ListenUrl);
        var tls = ListenTlsSection.Read(section.Section("Tls"));
        var listen = new ListenSnapshot(proxy, admin) { Http2 = http2, Tls = tls };

        // On a shared port, a client of the proxy could reach the admin listener through another host name.
        if (admin is { Port: not 0 } && section.AreRight("Proxy", "Http2", "Admin") && listen.Clients.Any(client => client.Port == admin.Port))
            section.Reject("Admin", $"has the proxy's port, {admin.Port}: give it a port of its own, or write none.");
        var addresses = listen.Clients.Where(client => client.Port != 0).Select(client => $"{client.IdnHost}:{client.Port}").ToArray();
        if (addresses.Distinct(StringComparer.Ordinal).Count() != addresses.Length)
            section.Reject("Proxy", "and Http2 name an address twice: remove one of them.");
        if (section.AreRight("Proxy", "Tls"))
            CheckTls(section, listen);
        return listen;
    }

    private static void CheckTls(SectionReader section, ListenSnapshot listen)
    {
        var isAsked = listen.Proxy.Any(address => address.Scheme == Uri.UriSchemeHttps);
        if (isAsked && listen.Tls is null)
            section.Reject("Tls", "names no certificate, but Listen:Proxy has an https address: set CertificateFile and KeyFile, or PfxFile.");
        if (!isAsked && listen.Tls is not null)
            section.Reject("Proxy", "has no https address, so the certificate of Listen:Tls would not be used: write https://0.0.0.0:8443, or remove Tls.");
    }
}
