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
            "TrustedPeers": ["10.0.0.1/8"],
            "Policies": {
              "create-session": {
                "Methods": ["PO ST"],
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
            {{file.Path}}: 11 mistakes
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
