using System.Collections.Frozen;
using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Providers;

/// <summary>Base class with a provider that logs each request's credentials, and an authorization server that issues numbered tokens.</summary>
public abstract class ProviderTest : IAsyncLifetime, IDisposable
{
    protected const string Secret = "s3cret of+the&gateway";

    private readonly List<GatewayUnderTest> _gateways = [];
    private KestrelProvider? _provider;
    private KestrelProvider? _authority;

    /// <summary>The Authorization header of each request that reached the provider; null for a request without one.</summary>
    protected ArrivalLog<string?> Sent { get; } = new("requests at the provider");

    /// <summary>Each token request that reached the authorization server, as "Authorization form".</summary>
    protected ArrivalLog<string> Asked { get; } = new("questions for a token");

    protected TemporaryFolder Folder { get; } = new();

    protected ManualTimeProvider Time { get; } = new();

    protected Func<HttpContext, Task> ProviderAnswers { get; set; } = context => context.Response.WriteAsync("done");

    /// <summary>How the authorization server answers; null for the next token: token-1, token-2 and so on.</summary>
    protected Func<HttpContext, Task>? AuthorityAnswers { get; set; }

    protected OAuthClient Client => new()
    {
        TokenUrl = new(_authority!.Address, "/token?tenant=a"),
        ClientId = "the gateway",
        ClientSecretFile = Folder.File("client.secret"),
        Scope = "sessions:write documents",
        Audience = "https://provider.example/",
    };

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(Folder.File("client.secret"), Secret + "\n");
        _provider = await KestrelProvider.StartAsync(context =>
        {
            Sent.Add(context.Request.Headers.Authorization);
            return ProviderAnswers(context);
        });
        _authority = await KestrelProvider.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var number = Asked.Add($"{context.Request.Headers.Authorization} {await reader.ReadToEndAsync()}");
            await (AuthorityAnswers?.Invoke(context) ?? GrantAsync(context, $$"""{"access_token":"token-{{number}}","token_type":"bearer","expires_in":100}"""));
        });
    }

    public async Task DisposeAsync()
    {
        await _authority!.DisposeAsync();
        await _provider!.DisposeAsync();
        foreach (var gateway in _gateways)
            await gateway.DisposeAsync();
    }

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static Task GrantAsync(HttpContext context, string answer)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(answer);
    }

    protected async Task<GatewayUnderTest> StartAsync(Func<OAuthClient, OAuthClient>? change = null)
    {
        var gateway = await GatewayUnderTest.StartAsync(_provider!.Address, setup =>
        {
            setup.Clock = Time;
            setup.Adjust = snapshot => snapshot with
            {
                Providers = new Dictionary<string, ProviderCredentials> { ["provider"] = new() { OAuth = change?.Invoke(Client) ?? Client } }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase),
            };
        });
        _gateways.Add(gateway);
        return gateway;
    }
}
