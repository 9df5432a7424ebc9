namespace IdempotencyGateway.Stores.RedLock;

/// <summary>The text of the scripts, one file each in <c>Lua/</c>.</summary>
internal static class GuardScript
{
    public static readonly string Claim = Read("claim");
    public static readonly string Raise = Read("raise");
    public static readonly string Take = Read("take");
    public static readonly string Release = Read("release");
    public static readonly string Look = Read("look");

    private static string Read(string name)
    {
        using var stream = typeof(GuardScript).Assembly.GetManifestResourceStream($"RedLock/{name}.lua")
            ?? throw new InvalidOperationException($"the script {name} is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
