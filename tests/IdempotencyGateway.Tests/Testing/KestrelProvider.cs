using IdempotencyGateway.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>A provider on real Kestrel that answers with a delegate and counts what reached it: for what the simulated provider does not say.</summary>
public sealed class KestrelProvider : IAsyncDisposable
{
    private readonly WebApplication _server;

    private KestrelProvider(WebApplication server, ArrivalLog<string> requests)
    {
        _server = server;
        Requests = requests;
        Address = new Uri(server.Urls.Single());
    }

    public Uri Address { get; }

    /// <summary>"METHOD path" of each request, once its head is there.</summary>
    public ArrivalLog<string> Requests { get; }

    /// <param name="protocols">Without TLS one of <c>Http1</c> and <c>Http2</c>.</param>
    /// <param name="tls">With a certificate that nobody trusts.</param>
    public static async Task<KestrelProvider> StartAsync(RequestDelegate answer, HttpProtocols protocols = HttpProtocols.Http1, bool tls = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = protocols;
                if (tls)
                    listen.UseHttps(UntrustedCertificate.Instance);
            });
        });
        var requests = new ArrivalLog<string>("requests at the provider");
        var server = builder.Build();
        server.UseWebSockets();
        server.Run(context =>
        {
            requests.Add($"{context.Request.Method} {context.Request.Path}");
            return answer(context);
        });
        await server.StartAsync();
        return new(server, requests);
    }

    /// <summary>Breaks off what is still being answered.</summary>
    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _server.StopAsync(atOnce.Token);
        await _server.DisposeAsync();
    }
}
