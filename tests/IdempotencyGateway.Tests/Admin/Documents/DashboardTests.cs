using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Admin.Documents;

/// <summary>The dashboard is a single file that sends requests only to its own gateway, stores no token, and renders the gateway's data.</summary>
public sealed partial class DashboardTests : AdminTest
{
    [Fact]
    public async Task The_page_loads_nothing_from_elsewhere_and_changes_nothing()
    {
        var page = (await GetAsync(await StartOpenAsync(), "/")).Text;

        Assert.DoesNotMatch(Elsewhere(), page);
        Assert.DoesNotMatch(Keeping(), page);
        Assert.DoesNotMatch(Markup(), page);
        Assert.DoesNotMatch(Inline(), page);
        Assert.DoesNotContain("method:", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pages_content_security_policy_allows_exactly_its_own_script_and_style()
    {
        var answer = await GetAsync(await StartOpenAsync(), "/");
        var policy = answer.Headers["Content-Security-Policy"]!;

        foreach (var element in new[] { "script", "style" })
        {
            var text = Assert.Single(Regex.Matches(answer.Text, $"<{element}>(.*?)</{element}>", RegexOptions.Singleline)).Groups[1].Value;
            Assert.Contains($"{element}-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'", policy, StringComparison.Ordinal);
        }
        Assert.StartsWith("default-src 'none'; connect-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("text/html; charset=utf-8", answer.Headers["Content-Type"]);
    }

    [Fact]
    public async Task A_browser_shows_health_doubts_and_configuration()
    {
        var gateway = await StartOpenAsync();
        await DoubtAsync(gateway, "k");

        var shown = await Browser.ShownAsync(gateway.AdminAddress!);

        Assert.Contains(">ready<", shown, StringComparison.Ordinal);
        Assert.Contains(gateway.StorageKeyOf("k").ToString(), shown, StringComparison.Ordinal);
        Assert.Contains("ReverseProxy.Routes.guarded.Idempotency", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_browser_without_the_token_is_asked_for_it()
    {
        var gateway = await StartLockedAsync();

        var shown = await Browser.ShownAsync(gateway.AdminAddress!);

        Assert.Contains("<section id=\"login\">", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("ReverseProxy.Routes", shown, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"https?://|\bsrc=|@import|url\(|import\s*\(|XMLHttpRequest|WebSocket|EventSource", RegexOptions.IgnoreCase)]
    private static partial Regex Elsewhere();

    [GeneratedRegex("localStorage|sessionStorage|indexedDB|document\\.cookie|history\\.|location", RegexOptions.IgnoreCase)]
    private static partial Regex Keeping();

    [GeneratedRegex("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(|new Function")]
    private static partial Regex Markup();

    [GeneratedRegex("""<[^>]+\s(on\w+|style)=""")]
    private static partial Regex Inline();
}
