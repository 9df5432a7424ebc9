using IdempotencyGateway.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>A provider on Kestrel that answers with a delegate and counts requests, for answers that the simulated provider cannot give.</summary>
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

    /// <summary>"METHOD path" of each request, added when its head has arrived.</summary>
    public ArrivalLog<string> Requests { get; }

    /// <param name="protocols">Without TLS either <c>Http1</c> or <c>Http2</c>, not both.</param>
    /// <param name="tls">Whether to listen with TLS, under the self-signed <see cref="UntrustedCertificate"/>.</param>
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

    /// <summary>Aborts the requests that are still being answered.</summary>
    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _server.StopAsync(atOnce.Token);
        await _server.DisposeAsync();
    }
}
