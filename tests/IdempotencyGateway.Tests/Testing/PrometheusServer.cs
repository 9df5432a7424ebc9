using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>The distribution's Prometheus on a free port, with a data folder of its own, scraping one target every second.</summary>
public sealed class PrometheusServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly Process _process;
    private readonly HttpClient _client;

    private PrometheusServer(TemporaryFolder folder, Process process, Uri address)
    {
        _folder = folder;
        _process = process;
        _client = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };
    }

    public static PrometheusServer Start(Uri target, string rules)
    {
        var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("prometheus.yml"), $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: ["{{rules}}"]
            scrape_configs:
              - job_name: idempotency-gateway
                static_configs: [ { targets: ["{{target.Authority}}"] } ]
            """);
        var port = FreePort.Take();
        var start = new ProcessStartInfo("prometheus",
        [
            $"--config.file={folder.File("prometheus.yml")}", $"--storage.tsdb.path={folder.File("data")}", $"--web.listen-address=127.0.0.1:{port}",
            "--enable-feature=exemplar-storage", "--log.level=error",
        ])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        _ = process.StandardError.ReadToEndAsync();
        return new(folder, process, new Uri($"http://127.0.0.1:{port}/"));
    }

    /// <summary>Repeats an instant query until it returns values.</summary>
    public async Task<IReadOnlyList<string>> QueryUntilAsync(string query)
    {
        string[] values = [];
        await Eventually.TrueAsync($"there is a value of {query}", async () =>
        {
            Assert.False(_process.HasExited, "prometheus ended");
            if (await TryGetAsync($"api/v1/query?query={Uri.EscapeDataString(query)}") is { } answer)
                values = [.. answer.GetProperty("data").GetProperty("result").EnumerateArray().Select(one => one.GetProperty("value")[1].GetString()!)];
            return values.Length > 0;
        });
        return values;
    }

    /// <summary>Gets an API path. Prometheus must already answer requests.</summary>
    public async Task<JsonElement> GetAsync(string path) =>
        await TryGetAsync(path) ?? throw new InvalidOperationException($"prometheus gave no answer to {path}");

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private async Task<JsonElement?> TryGetAsync(string path)
    {
        try
        {
            return await _client.GetFromJsonAsync<JsonElement>(path);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
