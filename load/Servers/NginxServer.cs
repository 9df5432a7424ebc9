using System.Globalization;

namespace IdempotencyGateway.Load.Servers;

/// <summary>Starts the distribution's nginx with its Lua module, with the configuration in <c>Baselines/Nginx</c>.</summary>
internal static class NginxServer
{
    private const string Install = "apt-get install nginx-light libnginx-mod-http-lua lua-nginx-redis";

    private static readonly string[] Needed =
    [
        "/usr/lib/nginx/modules/ndk_http_module.so", "/usr/lib/nginx/modules/ngx_http_lua_module.so", "/usr/share/lua/5.1/nginx/redis.lua",
    ];

    /// <exception cref="InvalidOperationException">A package is not installed; the message says how to install it.</exception>
    public static Task<ServerProcess> StartAsync(string folder, Uri provider, Uri redis)
    {
        if (Needed.FirstOrDefault(file => !File.Exists(file)) is { } missing)
            throw new InvalidOperationException($"{missing} is missing. Install it with: {Install}");
        return FreePort.StartOnAsync(port => StartAsync(folder, provider, redis, port.ToString(CultureInfo.InvariantCulture)));
    }

    private static async Task<ServerProcess> StartAsync(string folder, Uri provider, Uri redis, string port)
    {
        var from = Path.Combine(AppContext.BaseDirectory, "Baselines", "Nginx");
        var template = await File.ReadAllTextAsync(Path.Combine(from, "nginx.conf"));
        var configuration = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration, template
            .Replace("@port@", port, StringComparison.Ordinal)
            .Replace("@provider@", provider.Authority, StringComparison.Ordinal)
            .Replace("@redis-host@", redis.Host, StringComparison.Ordinal)
            .Replace("@redis-port@", redis.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("@folder@", folder, StringComparison.Ordinal)
            .Replace("@script@", Path.Combine(from, "idempotency.lua"), StringComparison.Ordinal));
        return await ServerProcess.StartAsync(
            ["nginx", "-p", folder, "-c", configuration, "-e", "stderr"],
            line => line.Contains("start worker process", StringComparison.Ordinal) ? new($"http://127.0.0.1:{port}/") : null);
    }
}
