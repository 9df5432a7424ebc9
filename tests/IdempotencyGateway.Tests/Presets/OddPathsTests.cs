using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Presets;

/// <summary>Paths that only look like guard evasion and must pass: file names, path parameters, URLs in a query.</summary>
public static class OddPathsTests
{
    public sealed class Didit() : OddPaths("didit", "didit")
    {
        [Theory]
        [InlineData("GET", "/v3/session/0b5c/decision/report.v1.pdf")]
        [InlineData("GET", "/v3/session/a%2Fb/decision/;v=2?next=https://x//y;z=..")]
        [InlineData("DELETE", "/v3/users/u.1;v=2/")]
        [InlineData("PUT", "/v3/lists/a%20b./entries/")]
        public Task Pass(string method, string target) => AssertPassesAsync(method, target);
    }

    public sealed class Plaid() : OddPaths("plaid", "plaid")
    {
        [Theory]
        [InlineData("POST", "/identity_verification/list.v2")]
        [InlineData("POST", "/identity_verification/get;v=2?next=//create")]
        public Task Pass(string method, string target) => AssertPassesAsync(method, target);
    }

    public abstract class OddPaths(string preset, string cluster) : PresetTest(preset, cluster)
    {
        protected async Task AssertPassesAsync(string method, string target)
        {
            await BeginAsync(Step.AfterBody.Answer(200));

            var answer = await Gateway.AskRawAsync($"{method} {target} HTTP/1.1\r\nHost: g\r\nx-api-key: c\r\nContent-Length: 0\r\n\r\n");

            Assert.Equal((200, target), (answer.Status, Assert.Single(Provider.Deliveries).Target));
        }
    }
}
