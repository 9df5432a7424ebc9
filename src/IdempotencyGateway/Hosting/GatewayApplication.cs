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
    /// <summary>How much of a request Kestrel buffers before anybody reads it. The body spool takes the rest, under its memory budget.</summary>
    public const long RequestBufferInBytes = 128 * 1024;

    /// <summary>
    /// The listen backlog, in connections; the kernel's own limit (net.core.somaxconn) applies too. When the queue is full the kernel drops new connections without an answer, which
    /// clients see as a reset or as seconds of silence. In a storm of retries it is cheaper to let them wait in the queue.
    /// </summary>
    public const int WaitingConnections = 16 * 1024;

    /// <summary>Kestrel's switch to refuse a bare LF as a line end (RFC 9112 §2.2). A parser beside it that accepts only CRLF would read other messages (request smuggling).</summary>
    private const string NoBareLineFeeds = "Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators";

    /// <summary>Builds the application, ready to start. The caller owns <paramref name="parts"/> and the result.</summary>
    /// <exception cref="TlsFilesException">The message says what to change.</exception>
    public static WebApplication Build(SnapshotSource snapshots, GatewayParts parts, Action<ILoggingBuilder>? logging = null)
    {
        AppContext.SetSwitch(NoBareLineFeeds, isEnabled: true);
        var snapshot = snapshots.Current;
        var tls = CurrentTls.Open(snapshot.Listen.Tls, parts.Clock);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "IdempotencyGateway" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => ConfigureServer(server, snapshot, tls));
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.Backlog = WaitingConnections);
        builder.Services.AddSingleton<IConnectionListenerFactory>(services => new CappedListeners(
            ActivatorUtilities.CreateInstance<SocketTransportFactory>(services), new SemaphoreSlim(OpenFiles.MostConnections(services.GetRequiredService<LimitsSnapshot>()))));
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.AddRouting();
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = snapshot.Shutdown.Grace;
            // A background service that throws is logged; it must not end the process and the requests under way.
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

    /// <summary>Creates what observes requests before the first request arrives, so that none is missed.</summary>
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
        // Bytes beyond ASCII in a provider's headers are decoded as Latin-1; encoded as Latin-1 they reach the client unchanged.
        server.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        // Guarded routes have limits of their own (Intake/BodySpool); unguarded routes stream.
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

        void ListenForClients(Uri address, Action<ListenOptions> configure) => Listen(server, address, endpoint =>
        {
            connections.Guard(endpoint);
            configure(endpoint);
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
        "This process may have {Files} files open, too few for {WantedConnections} connections (Limits:Connections) and {WantedRequests} requests (Limits:Requests:Total): it accepts {Connections} and {Requests}. Raise the limit of open files (ulimit -n, LimitNOFILE) or lower these two")]
    private static partial void LogLimitsLowered(ILogger logger, int? files, int wantedConnections, int wantedRequests, int connections, int requests);
}
