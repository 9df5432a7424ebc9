using IdempotencyGateway.Configuration;
using IdempotencyGateway.Hosting.Commands;

namespace IdempotencyGateway.Tests.Configuration;

public class MistakesTests
{
    private const string TenMistakes = """
        {
          "Listen": { "Proxy": ["http://0.0.0.0:8080"], "Admin": "http://127.0.0.1:8080" },
          "Store": { "Kind": "Reddis" },
          "Limits": { "BufferedBodies": "plenty" },
          "Idempotency": {
            "TrustedPeers": ["10.0.0.0/40"],
            "Policies": {
              "create-session": {
                "Leese": "30s",
                "Deadline": "90",
                "Key": { "ForwardAs": "none" },
                "OnUnknown": "ForwardAgain"
              }
            }
          },
          "ReverseProxy": {
            "Routes": { "didit": { "ClusterId": "didit", "Match": { "Pth": "/v3", "Path": "/v3/{**rest}" }, "Metadata": { "Idempotency": "create-sesion" } } },
            "Clusters": { "didit": { "Destinations": { "primary": { "Address": "verification.didit.me" } } } }
          }
        }
        """;

    [Fact]
    public void Ten_mistakes_and_their_remedies_are_reported_at_once()
    {
        using var file = new GatewayFile(TenMistakes);
        using var output = new StringWriter { NewLine = "\n" };

        ProblemReport.Refuse(Assert.IsType<SnapshotResult.Invalid>(file.Load()), output);

        Assert.Equal(
            $$"""
            {{file.Path}}: 10 mistakes

              Idempotency:Policies:create-session:Deadline  (line 10)
                  "90" is not a duration from 100ms to 1h (written 200ms, 30s, 15m, 24h, 7d or hh:mm:ss). The default is 2m.

              Idempotency:Policies:create-session:Leese  (line 9)
                  is not a known name. Did you mean Lease? Known here: Methods, DryRun, Key, Caller, Consent, Fingerprint, InFlight, Lease, Deadline, Retention, MaxRequestBody, Record, Subject, Erase, OnUnknown, OnStoreDown.

              Idempotency:Policies:create-session:OnUnknown  (line 12)
                  ForwardAgain needs a provider that honours the key itself, but with Key:ForwardAs none the provider does not get it: name a header there, or write Hold.

              Idempotency:TrustedPeers:0  (line 6)
                  "10.0.0.0/40" is not an address or a network, such as 10.0.0.0/8 or fd00::/8.

              Limits:BufferedBodies  (line 4)
                  "plenty" is not a size from 1MB to 64GB (written in bytes, or as 64KB, 1MB, 1GB). The default is 256MB.

              Listen:Admin  (line 2)
                  has the proxy's port, 8080: give it a port of its own, or write none.

              ReverseProxy:Clusters:didit:Destinations:primary:Address  (line 18)
                  "verification.didit.me" is not an absolute http or https address, such as https://verification.didit.me/.

              ReverseProxy:Routes:didit:Match:Pth  (line 17)
                  is not a name that YARP knows here. Did you mean Path? Known here: Methods, Hosts, Path, QueryParameters, Headers.

              ReverseProxy:Routes:didit:Metadata:Idempotency  (line 17)
                  names "create-sesion", which is not in Idempotency:Policies. Did you mean create-session?

              Store:Kind  (line 3)
                  "Reddis" is not one of: Sqlite, Redis, RedLock. The default is Sqlite.

            """,
            output.ToString(),
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void A_mistake_from_another_layer_says_where_it_comes_from()
    {
        using var file = new GatewayFile();
        var environment = new Dictionary<string, string?> { ["IDEMPOTENCY_GATEWAY__Shutdown__Grace"] = "soon" };

        var invalid = Assert.IsType<SnapshotResult.Invalid>(file.Load(environment, "--Cache:MaxAge=never"));

        Assert.Equal(
            ["Cache:MaxAge command line: --Cache:MaxAge", "Shutdown:Grace environment: IDEMPOTENCY_GATEWAY__Shutdown__Grace"],
            invalid.Problems.Select(p => $"{p.Path} {p.Origin}"));
    }
}
