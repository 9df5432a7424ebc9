using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdempotencyGateway.Admin;

/// <summary>Marks connections to the admin address, so that they are told apart from clients' by the address alone and not by anything that a request says.</summary>
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
