using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using IdempotencyGateway.Configuration.Reading;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Configuration.Sections;

/// <summary>Reads the gateway's credentials for providers, by cluster.</summary>
internal static class ProvidersSection
{
    private static readonly ValueForm<string> Word = ValueForms.Text("one or more characters", text => text.Trim().Length is > 0 and <= 2048);

    private static readonly ValueForm<Uri> TokenUrl = new(
        "an https address, such as https://login.example.com/oauth2/token; http only on this machine", TryReadTokenUrl, url => url.AbsoluteUri);

    public static FrozenDictionary<string, ProviderCredentials> Read(SectionReader section, IReadOnlyList<ClusterConfig> clusters)
    {
        var providers = new Dictionary<string, ProviderCredentials>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in section.Names)
        {
            var entry = section.Section(name);
            providers.Add(name, new()
            {
                ClientCertificate = ReadCertificate(entry.Section("ClientCertificate")),
                OAuth = ReadOAuth(entry.Section("OAuth")),
            });
            if (!clusters.Any(cluster => cluster.ClusterId.Equals(name, StringComparison.OrdinalIgnoreCase)))
                section.Reject(name, $"is not in ReverseProxy:Clusters.{NearestName.Hint(name, clusters.Select(cluster => cluster.ClusterId))}");
        }
        return providers.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    private static ClientCertificateFiles? ReadCertificate(SectionReader section)
    {
        var certificate = section.File("CertificateFile");
        var key = section.File("KeyFile");
        if (certificate is null && key is not null)
            section.Reject("CertificateFile", "is missing, but KeyFile is set: name the certificate.");
        return certificate is null ? null : new(certificate, key);
    }

    private static OAuthClient? ReadOAuth(SectionReader section)
    {
        var url = section.Optional("TokenUrl", TokenUrl);
        var id = section.Text("ClientId", Word);
        var secret = section.File("ClientSecretFile");
        var scope = section.Text("Scope", Word);
        var audience = section.Text("Audience", Word);
        var authentication = section.Value("Authentication", ClientAuthentication.Basic, ValueForms.Choice<ClientAuthentication>());
        if (url is null && id is null && secret is null && scope is null && audience is null)
            return null;
        if (url is null && section.AreRight("TokenUrl"))
            section.Reject("TokenUrl", "is missing: write the address of the token endpoint.");
        if (id is null && section.AreRight("ClientId"))
            section.Reject("ClientId", "is missing: write the client's id at the authorization server.");
        if (secret is null && section.AreRight("ClientSecretFile"))
            section.Reject("ClientSecretFile", "is missing: name the file that holds the client's secret.");
        return url is null || id is null || secret is null
            ? null
            : new() { TokenUrl = url, ClientId = id, ClientSecretFile = secret, Scope = scope, Audience = audience, Authentication = authentication };
    }

    private static bool TryReadTokenUrl(string text, [MaybeNullWhen(false)] out Uri url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url)
        && url is { Fragment: "", UserInfo: "", Host.Length: > 0 }
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));
}
