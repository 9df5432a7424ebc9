using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class ListenSection
{
    private static readonly Uri DefaultProxy = new("http://0.0.0.0:8080");
    private static readonly Uri DefaultAdmin = new("http://127.0.0.1:9090");

    public static ListenSnapshot Read(SectionReader section)
    {
        var proxy = section.List("Proxy", ValueForms.ListenUrl, min: 1, max: 16) ?? [DefaultProxy];
        var admin = section.ValueOrNone("Admin", DefaultAdmin, ValueForms.ListenUrl);

        // Whoever can reach the proxy must not reach the admin side by naming another host on the same port.
        if (admin is { Port: not 0 } && section.AreRight("Proxy", "Admin") && proxy.Any(p => p.Port == admin.Port))
            section.Reject("Admin", $"has the proxy's port, {admin.Port}: give it a port of its own, or write none.");
        if (proxy.Where(p => p.Port != 0).Distinct().Count() != proxy.Count(p => p.Port != 0))
            section.Reject("Proxy", "names an address twice: remove one of them.");
        return new(proxy, admin);
    }
}
