using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tests.Configuration;

/// <summary>A configuration file in a temporary folder.</summary>
public sealed class GatewayFile : IDisposable
{
    /// <summary>The smallest valid configuration.</summary>
    public const string Minimal = """
        {
          "Idempotency": { "Policies": { "create": {} } },
          "ReverseProxy": {
            "Routes": { "r": { "ClusterId": "c", "Match": { "Path": "/{**rest}" }, "Metadata": { "Idempotency": "create" } } },
            "Clusters": { "c": { "Destinations": { "d": { "Address": "http://127.0.0.1:5000/" } } } }
          }
        }
        """;

    private static readonly Dictionary<string, string?> NoEnvironment = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-file-");

    public GatewayFile(string json = Minimal) => File.WriteAllText(Path, json);

    public string Folder => _folder.FullName;

    public string Path => System.IO.Path.Combine(_folder.FullName, "gateway.json");

    public SnapshotResult Load(IReadOnlyDictionary<string, string?>? environment = null, params string[] args) =>
        SnapshotLoader.Load(Path, environment ?? NoEnvironment, args);

    /// <summary>Loads the minimal file with settings that override it, as on the command line.</summary>
    public static SnapshotResult LoadMinimal(params string[] settings)
    {
        using var file = new GatewayFile();
        return file.Load(args: [.. settings.Select(s => "--" + s)]);
    }

    public static GatewaySnapshot LoadValid(params string[] settings)
    {
        var result = LoadMinimal(settings);
        return result is SnapshotResult.Valid(var snapshot) ? snapshot : throw new InvalidOperationException(string.Join('\n', Problems(result)));
    }

    /// <summary>"path message" for each problem; empty if the configuration is valid.</summary>
    public static string[] Problems(SnapshotResult result) =>
        result is SnapshotResult.Invalid(_, var problems) ? [.. problems.Select(p => $"{p.Path} {p.Message}")] : [];

    public void Dispose() => _folder.Delete(recursive: true);
}
