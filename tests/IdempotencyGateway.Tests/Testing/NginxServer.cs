using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>
/// The distribution's nginx as a reverse proxy for one server, on two ports: with its default settings, and with its most permissive ones (bodies are streamed, invalid header
/// names are passed on). It pools its upstream connections, so bytes that one client's request smuggled in would reach the next client's request.
/// </summary>
public sealed class NginxServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly Process _process;

    private NginxServer(TemporaryFolder folder, Process process, Uri careful, Uri trusting)
    {
        _folder = folder;
        _process = process;
        Careful = careful;
        Trusting = trusting;
    }

    public Uri Careful { get; }

    public Uri Trusting { get; }

    /// <summary>The Idempotency-Key (Latin-1) of every message that nginx parsed as a request, in order; empty for a request without one.</summary>
    public IEnumerable<string> KeysSeen => File.ReadLines(_folder.File("keys.log"), Encoding.Latin1);

    public static async Task<NginxServer> StartAsync(Uri server)
    {
        var folder = new TemporaryFolder();
        var careful = FreePort.Take();
        var trusting = FreePort.Take();
        await File.WriteAllTextAsync(folder.File("nginx.conf"), Configuration(folder.Path, server, careful, trusting));
        var process = Process.Start(new ProcessStartInfo("nginx", ["-p", folder.Path, "-c", folder.File("nginx.conf"), "-e", folder.File("error.log")]) { UseShellExecute = false })!;
        var nginx = new NginxServer(folder, process, new($"http://127.0.0.1:{careful}/"), new($"http://127.0.0.1:{trusting}/"));
        await Eventually.TrueAsync("nginx listens", nginx.IsListeningAsync);
        return nginx;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private async Task<bool> IsListeningAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(Trusting.Host, Trusting.Port);
            return true;
        }
        catch (SocketException)
        {
            Assert.False(_process.HasExited, "nginx ended");
            return false;
        }
    }

    private static string Configuration(string folder, Uri server, int careful, int trusting) => $$"""
        daemon off;
        master_process off;
        pid {{folder}}/nginx.pid;
        events { worker_connections 512; }
        http {
          client_body_temp_path {{folder}}/client;
          proxy_temp_path {{folder}}/proxy;
          fastcgi_temp_path {{folder}}/fastcgi;
          uwsgi_temp_path {{folder}}/uwsgi;
          scgi_temp_path {{folder}}/scgi;
          log_format keys escape=none '$http_idempotency_key';
          access_log {{folder}}/keys.log keys;
          upstream gateway { server {{server.Authority}}; keepalive 8; }
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_set_header Host $http_host;
          # A request is forwarded even if its client has disconnected meanwhile.
          proxy_ignore_client_abort on;
          server {
            listen 127.0.0.1:{{careful}};
            location / { proxy_pass http://gateway; }
          }
          server {
            listen 127.0.0.1:{{trusting}};
            ignore_invalid_headers off;
            underscores_in_headers on;
            merge_slashes off;
            location / { proxy_pass http://gateway; proxy_request_buffering off; proxy_buffering off; }
          }
        }
        """;
}
