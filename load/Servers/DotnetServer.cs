namespace IdempotencyGateway.Load.Servers;

/// <summary>The programs that are built beside this one. Each has its own runtime configuration, as it is shipped.</summary>
internal static class DotnetServer
{
    private const string Gateway = "IdempotencyGateway.dll";

    public static Task<ServerProcess> StartGatewayAsync(string configurationFile, string? publishedFolder = null) =>
        StartAsync(Path.Combine(publishedFolder ?? AppContext.BaseDirectory, Gateway), "run", "--config", configurationFile);

    public static Task<ServerProcess> StartProviderAsync() =>
        StartAsync(Beside("SimulatedProvider.dll"), "--urls", "http://127.0.0.1:0", "--totals-only");

    /// <param name="arguments">What and, for a proxy, in front of whom.</param>
    public static Task<ServerProcess> StartBaselineAsync(params string[] arguments) =>
        StartAsync([Beside("IdempotencyGateway.Load.dll"), "serve", .. arguments]);

    private static string Beside(string file) => Path.Combine(AppContext.BaseDirectory, file);

    private static Task<ServerProcess> StartAsync(params string[] arguments) => ServerProcess.StartAsync(["dotnet", .. arguments], AddressIn);

    /// <summary>The first URL of a line is where it listens.</summary>
    private static Uri? AddressIn(string line) =>
        line.IndexOf("http://", StringComparison.OrdinalIgnoreCase) is >= 0 and var at ? new(line[at..].Split(',', ' ')[0]) : null;
}
