namespace IdempotencyGateway.Load.Baselines;

/// <summary>Kestrel as the gateway sets it up, and nothing else.</summary>
internal static class BareHost
{
    public static WebApplicationBuilder CreateBuilder()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseSockets(sockets => sockets.Backlog = 16 * 1024).ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = null;
            server.Limits.MaxRequestBufferSize = 128 * 1024;
            server.Listen(System.Net.IPAddress.Loopback, 0);
        });
        builder.Services.AddRouting();
        return builder;
    }
}
