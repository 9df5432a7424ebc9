using System.Net;
using System.Net.Sockets;
using IdempotencyGateway.Tests.Configuration;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace IdempotencyGateway.Tests.Hosting.Commands;

public class HealthCommandTests
{
    [Theory]
    [InlineData(200, 0, "ready")]
    [InlineData(503, 1, "not ready")]
    [InlineData(302, 1, "not ready")]
    public async Task What_the_admin_address_answers_decides(int status, int code, string line)
    {
        await using var admin = await ListenAsync(status);

        Assert.Equal((code, Line(line, admin.Url, status)), await HealthAsync("--url", admin.Url));
    }

    [Fact]
    public async Task Without_a_url_the_configuration_says_where()
    {
        await using var admin = await ListenAsync(200);
        using var file = new GatewayFile();

        // A gateway that listens on 0.0.0.0 is asked on loopback.
        var everywhere = admin.Url.Replace("127.0.0.1", "0.0.0.0", StringComparison.Ordinal);
        Assert.Equal((0, "ready\n"), await HealthAsync("--config", file.Path, $"--Listen:Admin={everywhere}", "--Admin:TokenFile=token"));
    }

    [Fact]
    public async Task Nobody_there_is_one_line_and_code_1()
    {
        using var nobody = new ClosedPort();
        var url = nobody.Address.ToString().TrimEnd('/');

        var (code, output) = await HealthAsync("--url", url);

        Assert.Equal(1, code);
        Assert.StartsWith($"not reachable: {url}/health/ready: ", output, StringComparison.Ordinal);
        Assert.Equal(1, output.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("--Listen:Admin=none", "the configuration names no admin address")]
    [InlineData("--Listen:Admin=http://127.0.0.1:0", "the configuration names no admin address")]
    [InlineData("--Listen:Admin=x", "is not valid")]
    public async Task A_configuration_that_names_no_address_is_unhealthy(string setting, string line)
    {
        using var file = new GatewayFile();

        var (code, output) = await HealthAsync("--config", file.Path, setting);

        Assert.Equal(1, code);
        Assert.Contains(line, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_that_is_none_is_refused()
    {
        var (code, _, error) = await CommandLineTests.InvokeAsync("health", "--timeout", "2");

        Assert.NotEqual(0, code);
        Assert.Contains("--timeout: \"2\" is not a duration from 100ms to 10m", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_does_not_answer_in_time_is_not_ready()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        var url = $"http://{silent.LocalEndpoint}";
        var (code, output, _) = await CommandLineTests.InvokeAsync("health", "--url", url, "--timeout", "100ms");

        Assert.Equal((1, $"not ready: {url}/health/ready did not answer within 100ms\n"), (code, output));
    }

    [Fact]
    public async Task A_url_that_is_none_is_refused()
    {
        var (code, _, error) = await CommandLineTests.InvokeAsync("health", "--url", "localhost");

        Assert.NotEqual(0, code);
        Assert.Contains("\"localhost\" is not an http address", error, StringComparison.Ordinal);
    }

    private static string Line(string line, string url, int status) =>
        status == 200 ? $"{line}\n" : $"{line}: {url}/health/ready answered {status}\n";

    private static async Task<(int Code, string Output)> HealthAsync(params string[] args)
    {
        var (code, output, _) = await CommandLineTests.InvokeAsync(["health", "--timeout", "2m", .. args]);
        return (code, output);
    }

    private static async Task<Listener> ListenAsync(int status)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/health/ready", () => Results.StatusCode(status));
        await app.StartAsync();
        return new(app);
    }

    private sealed record Listener(WebApplication App) : IAsyncDisposable
    {
        public string Url => App.Urls.Single();

        public ValueTask DisposeAsync() => App.DisposeAsync();
    }
}
