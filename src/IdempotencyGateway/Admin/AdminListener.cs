using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdempotencyGateway.Admin;

/// <summary>Tells connections that came to the admin address from those of clients, whatever host or path they ask for.</summary>
internal sealed class AdminListener
{
    private static readonly AdminListener Mark = new();

    private AdminListener()
    {
    }

    public static void MarkConnections(ListenOptions listen) => listen.Use(next => connection =>
    {
        connection.Features.Set(Mark);
        return next(connection);
    });

    public static bool IsAdmin(HttpContext context) => context.Features.Get<AdminListener>() is not null;
}
