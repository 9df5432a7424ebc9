using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Hosting.Commands;

/// <summary>
/// <c>health</c>: asks the admin address of a running gateway whether it is ready, for container health checks. One line, exit code 0 or 1.
/// </summary>
internal static class HealthCommand
{
    private static readonly ValueForm<TimeSpan> Timeout = ValueForms.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10));

    public static Command Create(IReadOnlyDictionary<string, string?> environment)
    {
        var configuration = new ConfigurationArguments(environment);
        var url = new Option<Uri?>("--url")
        {
            Description = "The gateway's admin address, such as http://127.0.0.1:9090. Default: the one in the configuration.",
            HelpName = "url",
            CustomParser = ReadUrl,
        };
        var timeout = new Option<TimeSpan>("--timeout")
        {
            Description = "How long to wait for the answer. Default: 2s.",
            HelpName = "duration",
            CustomParser = ReadTimeout,
            DefaultValueFactory = _ => TimeSpan.FromSeconds(2),
        };
        var command = new Command("health", "Asks a running gateway whether it is ready (exit code 0 or 1).") { url, timeout };
        configuration.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var patience = parsed.GetValue(timeout);
            var verdict = parsed.GetValue(url) is { } given
                ? await AskAsync(given, patience, cancellation)
                : await AskConfiguredAsync(configuration.Load(parsed), patience, cancellation);
            parsed.InvocationConfiguration.Output.WriteLine(verdict.Line);
            return verdict.IsReady ? ExitCode.Success : ExitCode.Unhealthy;
        });
        return command;
    }

    private static Task<Verdict> AskConfiguredAsync(SnapshotResult loaded, TimeSpan patience, CancellationToken cancellation) => loaded switch
    {
        SnapshotResult.Valid({ Listen.Admin: { Port: not 0 } admin }) => AskAsync(Reachable(admin), patience, cancellation),
        SnapshotResult.Valid => Unknown("the configuration names no admin address with a fixed port: give one with --url"),
        SnapshotResult.Invalid invalid => Unknown($"{invalid.File} is not valid, see the validate command"),
        _ => throw new InvalidOperationException($"no address in {loaded.GetType()}"),
    };

    private static async Task<Verdict> AskAsync(Uri admin, TimeSpan patience, CancellationToken cancellation)
    {
        var ready = new Uri(admin, "/health/ready");
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = patience };
        try
        {
            using var response = await client.GetAsync(ready, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return response.IsSuccessStatusCode
                ? new(true, "ready")
                : new(false, $"not ready: {ready} answered {(int)response.StatusCode}");
        }
        catch (HttpRequestException unreachable)
        {
            return new(false, $"not reachable: {ready}: {unreachable.Message}");
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(false, $"not ready: {ready} did not answer within {DurationText.Format(patience)}");
        }
    }

    private static Task<Verdict> Unknown(string line) => Task.FromResult(new Verdict(false, line));

    /// <summary>Replaces a wildcard address with the loopback address.</summary>
    private static Uri Reachable(Uri admin)
    {
        if (!IPAddress.TryParse(admin.IdnHost, out var address))
            return admin;
        if (address.Equals(IPAddress.Any))
            return new UriBuilder(admin) { Host = "127.0.0.1" }.Uri;
        return address.Equals(IPAddress.IPv6Any) ? new UriBuilder(admin) { Host = "[::1]" }.Uri : admin;
    }

    private static Uri? ReadUrl(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return url;
        result.AddError($"--url: \"{result.Tokens[0].Value}\" is not an http address, such as http://127.0.0.1:9090.");
        return null;
    }

    private static TimeSpan ReadTimeout(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Timeout.TryRead(text, out var timeout))
            return timeout;
        result.AddError($"--timeout: \"{text}\" is not {Timeout.Description}.");
        return default;
    }

    private readonly record struct Verdict(bool IsReady, string Line);
}
