using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace IdempotencyGateway.Tests.Hosting;

/// <summary>A gateway that watches a configuration file. A test can wait for the result of each reload.</summary>
public sealed class ReloadingGateway : IAsyncDisposable
{
    private readonly ArrivalLog<ReloadReport> _reloads = new("reloads");
    private readonly TemporaryFolder _folder;

    private ReloadingGateway(GatewayUnderTest gateway, ScriptedProvider provider, TemporaryFolder folder)
    {
        (Gateway, Provider, _folder) = (gateway, provider, folder);
        Snapshots = gateway.Services.GetRequiredService<SnapshotSource>();
        Snapshots.OnReload(report => _reloads.Add(report));
    }

    public GatewayUnderTest Gateway { get; }

    public ScriptedProvider Provider { get; }

    public SnapshotSource Snapshots { get; }

    public string File => _folder.File("gateway.json");

    /// <param name="settings">Settings that override the file's, as on the command line.</param>
    /// <param name="place">Writes the first configuration into a folder and returns its path; null writes a plain file.</param>
    public static async Task<ReloadingGateway> StartAsync(string json, Step? step = null, Func<TemporaryFolder, string>? place = null, params string[] settings)
    {
        var folder = new TemporaryFolder();
        var file = place?.Invoke(folder) ?? folder.File("gateway.json");
        if (place is null)
            System.IO.File.WriteAllText(file, json);
        var provider = ScriptedProvider.Start(step ?? Step.AfterBody.Answer(201, "{}"));
        var gateway = await GatewayUnderTest.StartFromAsync(file, [$"ReverseProxy:Clusters:provider:Destinations:only:Address={provider.Address}", .. settings]);
        return new(gateway, provider, folder);
    }

    /// <summary>A configuration with one guarded route to the provider.</summary>
    public static string Json(string route = "r", string path = "/guarded/{**rest}", string policy = "p", string lease = "30s", string more = "") => $$"""
        {
          {{more}}
          "Idempotency": { "Policies": { "{{policy}}": { "Lease": "{{lease}}" } } },
          "ReverseProxy": {
            "Routes": { "{{route}}": { "ClusterId": "provider", "Match": { "Path": "{{path}}" }, "Metadata": { "Idempotency": "{{policy}}" } } },
            "Clusters": { "provider": { "Destinations": { "only": { "Address": "http://127.0.0.1:1/" } } } }
          }
        }
        """;

    /// <summary>Replaces the file by renaming a new one over it, as editors and configuration tools do.</summary>
    public void Replace(string json)
    {
        System.IO.File.WriteAllText(File + ".new", json);
        System.IO.File.Move(File + ".new", File, overwrite: true);
    }

    /// <summary>Overwrites the file in place. The write is synchronous, which keeps the time short in which a reader could see an empty file.</summary>
    public static void Overwrite(string file, string text) => System.IO.File.WriteAllText(file, text);

    public Task<ReloadReport> Reload(int count) => _reloads.Reached(count);

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Provider.DisposeAsync();
        _folder.Dispose();
    }
}
