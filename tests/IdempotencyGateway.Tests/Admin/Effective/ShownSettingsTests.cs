using System.Text.Json.Nodes;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Tests.HouseRules;
using Microsoft.Extensions.Configuration;

namespace IdempotencyGateway.Tests.Admin.Effective;

/// <summary>The effective configuration shows every setting that a section reader reads, except secrets.</summary>
public class ShownSettingsTests
{
    private static readonly string[] Secrets = ["Store:Redis:Password", "Listen:Tls:PfxPassword"];

    /// <summary>Sections that are shown as a summary, not setting by setting.</summary>
    private static readonly string[] Summarised = ["Fraud", "Backends", "ReverseProxy"];

    private static readonly Dictionary<string, string?> Embedded = new()
    {
        ["Idempotency:Policies:create:Erase:Subject:0"] = "header:x-subject",
        ["Idempotency:Issuers:login:Issuer"] = "https://login.example",
        ["Idempotency:Issuers:login:Audiences:0"] = "gateway",
        ["Listen:Proxy:0"] = "https://127.0.0.1:8443",
        ["Listen:Tls:CertificateFile"] = "gateway.pem",
        ["Logging:File:Path"] = "gateway.log",
        ["Providers:c:ClientCertificate:CertificateFile"] = "own.pem",
        ["Providers:c:OAuth:TokenUrl"] = "https://login.example/token",
        ["Providers:c:OAuth:ClientId"] = "gateway",
        ["Providers:c:OAuth:ClientSecretFile"] = "c.secret",
    };

    private static readonly Dictionary<string, string?> Shared = new()
    {
        ["Store:Kind"] = "RedLock",
        ["Store:Redis:Sentinel:Endpoints:0"] = "s:26379",
        ["Store:Redis:Sentinel:Service"] = "records",
        ["Store:RedLock:Nodes:0"] = "a:1",
        ["Store:RedLock:Nodes:1"] = "b:2",
        ["Store:RedLock:Nodes:2"] = "c:3",
    };

    [Fact]
    public void Every_setting_is_shown_but_for_secrets()
    {
        var (known, embedded) = Read(Embedded);
        var (_, shared) = Read(Shared);

        HouseRule.Holds(
            "Show this setting in EffectiveConfiguration, or name it here as a secret:",
            Names(known).Where(path => !Secrets.Contains(path, StringComparer.Ordinal) && !IsShown(embedded, path) && !IsShown(shared, path)));
    }

    private static (SectionReader Known, JsonObject Shown) Read(Dictionary<string, string?> settings)
    {
        var root = new SectionReader(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), new ProblemList(), folder: "/");
        return (root, EffectiveConfiguration.Of(SnapshotLoader.Read(root, new ProblemList())));
    }

    private static IEnumerable<string> Names(SectionReader section) => section.Known.SelectMany(known => known switch
    {
        KnownName.Section when section.Path.Length == 0 && Summarised.Contains(known.Name, StringComparer.Ordinal) => [],
        KnownName.Section(_, var below) => Names(below),
        KnownName.Foreign => [],
        _ => new[] { section.PathOf(known.Name) },
    });

    private static bool IsShown(JsonObject shown, string path)
    {
        JsonNode? node = shown;
        foreach (var name in path.Split(':'))
        {
            if (node is not JsonObject section || !section.TryGetPropertyValue(name, out node))
                return false;
        }
        return true;
    }
}
