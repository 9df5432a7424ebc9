namespace IdempotencyGateway.Load.Servers;

/// <summary>Starts the .NET programs that are built together with this one, each with its own shipped runtime configuration.</summary>
internal static class DotnetServer
{
    private const string Gateway = "IdempotencyGateway.dll";
    private const string Baselines = "IdempotencyGateway.Load.dll";

    public static Task<ServerProcess> StartGatewayAsync(string configurationFile, string? publishedFolder = null) =>
        StartAsync(In(publishedFolder, Gateway), "run", "--config", configurationFile);

    public static Task<ServerProcess> StartProviderAsync() =>
        StartAsync(In(null, "SimulatedProvider.dll"), "--urls", "http://127.0.0.1:0", "--totals-only");

    public static Task<ServerProcess> StartKestrelAsync() => StartAsync(In(null, Baselines), "serve", "kestrel");

    public static Task<ServerProcess> StartYarpAsync(Uri provider, string? publishedFolder = null) =>
        StartAsync(In(publishedFolder, Baselines), "serve", "yarp", provider.ToString());

    private static string In(string? folder, string file) => Path.Combine(folder ?? AppContext.BaseDirectory, file);

    private static Task<ServerProcess> StartAsync(params string[] arguments) => ServerProcess.StartAsync(["dotnet", .. arguments], AddressIn);

    /// <summary>The first URL in a line of output, which is the address on which the server listens.</summary>
    private static Uri? AddressIn(string line) =>
        line.IndexOf("http://", StringComparison.OrdinalIgnoreCase) is >= 0 and var at ? new(line[at..].Split(',', ' ')[0]) : null;
}
