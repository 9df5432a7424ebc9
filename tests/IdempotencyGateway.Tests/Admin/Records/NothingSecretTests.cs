using System.Text;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Admin.Records;

/// <summary>Keys, credentials, bodies and tokens are planted in every input; none may appear in admin responses, in the log or in the audit log.</summary>
public sealed class NothingSecretTests : AdminTest
{
    private const string Key = "planted-key-0001";
    private const string Credential = "planted-credential-0002";
    private const string RequestBody = """{"workflow_id":"planted-body-0003"}""";
    private const string GivenBody = "planted-answer-0004";
    private const string Header = "planted-header-0005";
    private const string Address = "planted-password-0006";
    private const string Transform = "planted-transform-0007";

    private static readonly string[] Planted =
        [Key, Credential, "planted-body-0003", GivenBody, Header, Address, Transform, Token, "planted-mistake-0008"];

    [Fact]
    public async Task Nothing_planted_comes_out()
    {
        var gateway = await StartOpenAsync(setup =>
        {
            setup.AdminTokens = Tokens();
            setup.Adjust = snapshot => snapshot with
            {
                Routes =
                [
                    .. snapshot.Routes.Select(route => route with
                    {
                        Transforms = [.. route.Transforms!, new Dictionary<string, string> { ["RequestHeader"] = "X-Secret", ["Set"] = Transform }],
                    }),
                ],
                Clusters =
                [
                    .. snapshot.Clusters.Select(cluster => cluster with
                    {
                        Destinations = new Dictionary<string, Yarp.ReverseProxy.Configuration.DestinationConfig>
                        {
                            ["primary"] = new() { Address = Provider.Address.ToString(), Health = $"http://user:{Address}@127.0.0.1:1/?key={Address}" },
                        },
                    }),
                ],
            };
        });
        var request = GatewayUnderTest.Post(Key, RequestBody, caller: Credential);
        request.Headers.Add("X-Simulate", "execute-then-reset");
        await gateway.AskAsync(request);
        var record = $"/records/{gateway.StorageKeyOf(Key, Credential)}";
        var find = $$$"""{"route":"guarded","key":"{{{Key}}}","caller":{"headers":{"x-api-key":"{{{Credential}}}"} } }""";

        Answer[] answers =
        [
            await GetAsync(gateway, "/health/ready"),
            await GetAsync(gateway, "/status", Token),
            await GetAsync(gateway, "/config", Token),
            await GetAsync(gateway, "/records?state=in-doubt", Token),
            await PostAsync(gateway, "/records/find", find, Token),
            await PostAsync(gateway, "/records/find", find.Replace("guarded", "planted-mistake-0008", StringComparison.Ordinal), Token),
            await PostAsync(gateway, "/records/find", find.Replace("{\"headers\"", "{\"planted-mistake-0008\"", StringComparison.Ordinal), Token),
            await PostAsync(gateway, $"{record}/resolve", """{"outcome":"planted-mistake-0008"}""", Token),
            await PostAsync(gateway, $"{record}/resolve", $$$"""{"outcome":"executed","status":200,"headers":{"Set-Cookie":"{{{Header}}}"}}""", Token),
            await PostAsync(gateway, $"{record}/resolve", $$$"""{"outcome":"executed","status":200,"headers":{"X-A":"{{{Header}}}"},"body":"{{{GivenBody}}}"}""", Token),
            await GetAsync(gateway, record, Token),
            await AskAsync(gateway, HttpMethod.Delete, record, token: Token),
            await GetAsync(gateway, record, "planted-mistake-0008"),
        ];

        Assert.Equal([200, 200, 200, 200, 200, 422, 400, 422, 422, 200, 200, 200, 401], answers.Select(a => a.Status));
        var everything = new StringBuilder();
        foreach (var answer in answers)
            everything.AppendLine(answer.Text).AppendJoin('\n', answer.Headers.Select(field => field.ToString()));
        everything.AppendJoin('\n', AuditOf(gateway).Select(line => line.ToString()));
        everything.AppendJoin('\n', gateway.Log.Lines);
        Assert.All(Planted, secret => Assert.DoesNotContain(secret, everything.ToString(), StringComparison.OrdinalIgnoreCase));
    }
}
