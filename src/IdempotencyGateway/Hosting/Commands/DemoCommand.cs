using System.CommandLine;
using System.Globalization;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Hosting.Commands.Demo;
using SimulatedProvider;

namespace IdempotencyGateway.Hosting.Commands;

/// <summary>
/// <c>demo</c>: runs a gateway with the embedded store in front of a simulated provider. Plays typical failures, prints what the client got beside how often the
/// provider executed, and then keeps serving.
/// </summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "The port that the gateway listens on.", DefaultValueFactory = _ => 8080 };
        var exit = new Option<bool>("--exit") { Description = "Exits after printing the table instead of serving on." };
        var command = new Command("demo", "Plays the gateway in front of a simulated identity provider.") { port, exit };
        command.SetAction(parsed => RunAsync(
            parsed.GetValue(port), parsed.GetValue(exit), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    private static async Task<int> RunAsync(int port, bool exit, TextWriter output, TextWriter error)
    {
        var folder = Directory.CreateTempSubdirectory("idempotency-gateway-demo-").FullName;
        try
        {
            await using var provider = await SimulatedProviderHost.StartAsync(new SimulatedProviderOptions());
            switch (SnapshotLoader.Load(await WriteConfigurationAsync(folder, port, provider.Address), new Dictionary<string, string?>(StringComparer.Ordinal), []))
            {
                case SnapshotResult.Valid(var snapshot):
                    await using (var gateway = await RunningGateway.StartAsync(new SnapshotSource(snapshot)))
                        return await PlayAsync(gateway, provider, exit, output);
                case SnapshotResult.Invalid invalid:
                    return ProblemReport.Refuse(invalid, error);
                default:
                    throw new InvalidOperationException("no such result");
            }
        }
        catch (IOException e)
        {
            await error.WriteLineAsync($"{e.Message} Is something else running on port {port}? Choose another with --port.");
            return ExitCode.Failure;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> PlayAsync(
        RunningGateway gateway, SimulatedProviderHost provider, bool exit, TextWriter output)
    {
        using var signals = TerminationSignals.Watch();
        using var client = new DemoClient(gateway.Addresses[0], provider);
        var rows = new List<string[]>();
        foreach (var act in DemoAct.All)
        {
            var before = provider.Executions.Total;
            var got = await act.Play(client, $"demo-{rows.Count + 1}");
            rows.Add([act.Title, got, (provider.Executions.Total - before).ToString(CultureInfo.InvariantCulture)]);
        }
        TextTable.Write(output, ["asked", "the client got", "executed"], rows);
        await output.WriteLineAsync("\nThe risk headers that the provider received for the two addresses:\n");
        foreach (var line in client.Told)
            await output.WriteLineAsync($"  {line}");
        await output.WriteLineAsync($"\nMost executions of any one key: {provider.Executions.MostExecuted()}.");
        if (exit)
            return ExitCode.Success;
        await output.WriteLineAsync($"""

            Serving on {gateway.Addresses[0]} (the provider is at {provider.Address}). Try, twice:

              curl -i {gateway.Addresses[0]}v3/session/ -H 'x-api-key: demo-key' -H 'Idempotency-Key: my-key' \
                   -H 'Content-Type: application/json' -d '{"{"}"workflow_id":"11111111-2222-3333-4444-555555555555"{"}"}'

            Let the provider fail: add -H 'X-Simulate: execute-then-reset' (or hang, status=500, truncate, latency=2s, ...).
            How often it executed: curl {provider.Address}_simulator/executions
            Ctrl+C ends it.
            """);
        await signals.AskedToEndAsync();
        return ExitCode.Success;
    }

    private static async Task<string> WriteConfigurationAsync(string folder, int port, Uri provider)
    {
        var file = Path.Combine(folder, "gateway.json");
        await File.WriteAllTextAsync(Path.Combine(folder, "bad.netset"), $"{DemoClient.ListedAddress}\n");
        await File.WriteAllTextAsync(file, $$"""
            {
              "Listen": { "Proxy": ["http://127.0.0.1:{{port}}"], "Admin": "none" },
              "Store": { "Kind": "Sqlite", "Sqlite": { "Path": "gateway.db" }, "SecretFile": "store.secret" },
              "Idempotency": { "Policies": { "demo": { "Methods": ["POST"] } } },
              "Logging": { "Console": "None" },
              "Fraud": {
                "TrustedProxies": ["127.0.0.1"],
                "Profiles": { "demo": { "Lists": [ { "Name": "known-bad", "Path": "bad.netset", "Weight": 55 } ] } }
              },
              "ReverseProxy": {
                "Routes": { "didit": { "ClusterId": "didit", "Match": { "Path": "/v3/{**rest}" }, "Metadata": { "Idempotency": "demo" }, "Transforms": [ { "FraudSignals": "demo" } ] } },
                "Clusters": { "didit": { "Destinations": { "simulated": { "Address": "{{provider}}" } } } }
              }
            }
            """);
        return file;
    }
}
