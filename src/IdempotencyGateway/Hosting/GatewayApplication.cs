using System.Net;
using System.Text;
using IdempotencyGateway.Admin;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Telemetry.Exposition;
using IdempotencyGateway.Telemetry.Logging;
using IdempotencyGateway.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace IdempotencyGateway.Hosting;

/// <summary>The gateway as a web application: listeners, server limits, services and pipeline.</summary>
public static partial class GatewayApplication
{
    /// <summary>Kestrel buffers this much of a request it has not been asked for; the body spool does the rest, under its budget.</summary>
    public const long RequestBufferInBytes = 128 * 1024;

    /// <summary>
    /// Connections that wait to be accepted; the kernel's own limit (net.core.somaxconn) goes first. A storm of retries that finds the queue full is not refused but dropped, which its
    /// senders see as a reset or as seconds of silence: there is no answer as cheap as waiting here.
    /// </summary>
    public const int WaitingConnections = 16 * 1024;

    /// <summary>Two readings of a line end are one too many in front of a parser that may know only one (RFC 9112 §2.2).</summary>
    private const string NoBareLineFeeds = "Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators";

    /// <summary>Builds it, ready to start. The caller owns <paramref name="parts"/> and the result.</summary>
    /// <exception cref="TlsFilesException">The message says what to change.</exception>
    public static WebApplication Build(SnapshotSource snapshots, GatewayParts parts, Action<ILoggingBuilder>? logging = null)
    {
        AppContext.SetSwitch(NoBareLineFeeds, isEnabled: true);
        var snapshot = snapshots.Current;
        var tls = CurrentTls.Open(snapshot.Listen.Tls, parts.Clock);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "IdempotencyGateway" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => ConfigureServer(server, snapshot, tls));
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.Backlog = WaitingConnections);
        builder.Services.AddSingleton<IConnectionListenerFactory>(services => new SeatedListeners(
            ActivatorUtilities.CreateInstance<SocketTransportFactory>(services), new SemaphoreSlim(OpenFiles.Seats(services.GetRequiredService<LimitsSnapshot>()))));
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.AddRouting();
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = snapshot.Shutdown.Grace;
            // A bug beside the requests is logged, and is no reason to end them.
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore;
        });
        var metrics = new GatewayMetrics();
        GatewayLogging.Add(builder.Logging, snapshot.Logging, TimeProvider.System, metrics);
        logging?.Invoke(builder.Logging);
        builder.Services.AddSingleton(tls);
        GatewayServices.Add(builder.Services, snapshots, parts, metrics);
        var app = builder.Build();
        StartTelemetry(app.Services, snapshots);
        WarnOfFewFiles(app.Services, snapshot.Limits, parts.OpenFiles);
        GatewayPipeline.Use(app, hasAdmin: snapshot.Listen.Admin is not null);
        return app;
    }

    private static void WarnOfFewFiles(IServiceProvider services, LimitsSnapshot wanted, int? files)
    {
        var fit = services.GetRequiredService<LimitsSnapshot>();
        if (fit.Connections < wanted.Connections || fit.Requests < wanted.Requests)
            LogLimitsLowered(services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(GatewayApplication)), files, wanted.Connections, wanted.Requests, fit.Connections, fit.Requests);
    }

    /// <summary>Before the first request, so that none is missed.</summary>
    private static void StartTelemetry(IServiceProvider services, SnapshotSource snapshots)
    {
        var metrics = services.GetRequiredService<GatewayMetrics>();
        metrics.Watch(services.GetRequiredService<GatewayMetrics.Watched>());
        services.GetRequiredService<PrometheusExposition>();
        metrics.ExpectRoutes(snapshots.Current.GuardedRoutes.Keys);
        snapshots.OnReload(report =>
        {
            if (!report.Applied)
            {
                metrics.ConfigurationRejected();
                return;
            }
            metrics.ConfigurationTaken();
            metrics.ExpectRoutes(snapshots.Current.GuardedRoutes.Keys);
        });
        services.GetRequiredService<HeadRefusals>();
        services.GetRequiredService<RequestTraces>();
        services.GetRequiredService<TraceExport>();
    }

    private static void ConfigureServer(KestrelServerOptions server, GatewaySnapshot snapshot, CurrentTls tls)
    {
        var listen = snapshot.Listen;
        var connections = server.ApplicationServices.GetRequiredService<ConnectionGate>();
        var clock = server.ApplicationServices.GetRequiredService<TimeProvider>();
        server.AddServerHeader = false;
        server.RequestHeaderEncodingSelector = static name =>
            name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) ? DigitsOnlyEncoding.Instance : null;
        // What a provider says in bytes beyond ASCII arrives here as Latin-1, and leaves as the same bytes.
        server.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        // Each guarded route has its own limit; unguarded ones stream.
        server.Limits.MaxRequestBodySize = null;
        server.Limits.MaxRequestBufferSize = RequestBufferInBytes;
        ServerLimits.Apply(server.Limits, snapshot.Limits);
        foreach (var address in listen.Proxy)
        {
            ListenForClients(address, endpoint =>
            {
                Secure(endpoint, address, tls);
                HeadRefusals.Attach(endpoint);
            });
        }
        foreach (var address in listen.Http2)
            ListenForClients(address, static endpoint => endpoint.Protocols = HttpProtocols.Http2);
        if (listen.Admin is not null)
            Listen(server, listen.Admin, AdminListener.MarkConnections);

        void ListenForClients(Uri address, Action<ListenOptions> speak) => Listen(server, address, endpoint =>
        {
            connections.Guard(endpoint);
            speak(endpoint);
            Http2Connection.Attach(endpoint, snapshot.Limits, clock);
            CallerMemo.Attach(endpoint);
        });
    }

    private static void Secure(ListenOptions endpoint, Uri address, CurrentTls tls)
    {
        if (address.Scheme == Uri.UriSchemeHttps)
            TlsEndpoint.Configure(endpoint, tls);
    }

    private static void Listen(KestrelServerOptions server, Uri address, Action<ListenOptions> configure)
    {
        if (address.IdnHost is "localhost")
            server.ListenLocalhost(address.Port, configure);
        else
            server.Listen(IPAddress.Parse(address.IdnHost), address.Port, configure);
    }

    [LoggerMessage(EventIds.LimitsLowered, LogLevel.Warning,
        "This process may have {Files} files open, too few for {WantedConnections} connections (Limits:Connections) and {WantedRequests} requests (Limits:Requests:Total): {Connections} and {Requests} are taken. Raise the one (ulimit -n, LimitNOFILE) or lower the others")]
    private static partial void LogLimitsLowered(ILogger logger, int? files, int wantedConnections, int wantedRequests, int connections, int requests);
}
