namespace IdempotencyGateway.Stores.RedLock;

/// <summary>The Lua scripts of the nodes, one file each in <c>Lua/</c>.</summary>
internal static class GuardScript
{
    public static readonly string Claim = EmbeddedScript.Read("RedLock/claim");
    public static readonly string Raise = EmbeddedScript.Read("RedLock/raise");
    public static readonly string Take = EmbeddedScript.Read("RedLock/take");
    public static readonly string Release = EmbeddedScript.Read("RedLock/release");
    public static readonly string Look = EmbeddedScript.Read("RedLock/look");
}
