using IdempotencyGateway.Hosting;

namespace IdempotencyGateway.Load.Baselines;

/// <summary>Builds hosts that have Kestrel with the gateway's settings, and nothing else.</summary>
internal static class BareHost
{
    public static WebApplicationBuilder CreateBuilder()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseSockets(sockets => sockets.Backlog = GatewayApplication.WaitingConnections).ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = null;
            server.Limits.MaxRequestBufferSize = GatewayApplication.RequestBufferInBytes;
            server.Listen(System.Net.IPAddress.Loopback, 0);
        });
        builder.Services.AddRouting();
        return builder;
    }
}
