namespace IdempotencyGateway.Tests.Testing;

/// <summary>A configuration file for a <see cref="GatewayProcess"/>: routes "guarded" and "open" to one provider, and a SQLite store in the same folder.</summary>
public sealed class ProcessConfiguration : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="logging">The Logging section.</param>
    /// <param name="policy">The members of the route's policy that differ from the defaults.</param>
    /// <param name="profile">The guarded route's fraud profile, with 127.0.0.1 as a trusted proxy; null for none.</param>
    public ProcessConfiguration(Uri provider, string logging = """{ "Console": "Json" }""", string policy = "", string? profile = null) => File.WriteAllText(Path, $$"""
        {
          "Listen": { "Proxy": ["http://127.0.0.1:0"], "Admin": "http://127.0.0.1:0" },
          "Store": { "Sqlite": { "Path": "gateway.db" }, "SecretFile": "store.secret" },
          "Logging": {{logging}},
          "Idempotency": { "Policies": { "tested": { {{policy}} } } },
          {{(profile is null ? "" : $$"""  "Fraud": { "TrustedProxies": ["127.0.0.1"], "Profiles": { "tested": {{profile}} } },""")}}
          "ReverseProxy": {
            "Routes": {
              "guarded": { "ClusterId": "p", "Match": { "Path": "/guarded/{**rest}" }, "Metadata": { "Idempotency": "tested" }, "Transforms": [{{(profile is null ? "" : """{ "FraudSignals": "tested" }""")}}] },
              "open": { "ClusterId": "p", "Match": { "Path": "/open/{**rest}" } }
            },
            "Clusters": { "p": { "Destinations": { "d": { "Address": "{{provider}}" } } } }
          }
        }
        """);

    public string Path => _folder.File("gateway.json");

    public void Dispose() => _folder.Dispose();
}
