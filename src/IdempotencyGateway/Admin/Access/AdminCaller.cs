namespace IdempotencyGateway.Admin.Access;

/// <summary>The operator who sent an admin request, as the audit log names them.</summary>
/// <param name="Name">The token's name, or <see cref="ThisMachine"/> where no token is needed.</param>
/// <param name="Peer">The remote address of the connection.</param>
public sealed record AdminCaller(string Name, string Peer)
{
    public const string ThisMachine = "this machine";

    public static AdminCaller Of(HttpContext context) =>
        context.Features.Get<AdminCaller>() ?? throw new InvalidOperationException("AdminGate names every caller that it admits");
}
