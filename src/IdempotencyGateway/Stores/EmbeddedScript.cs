namespace IdempotencyGateway.Stores;

/// <summary>Reads Lua scripts that are embedded in the assembly.</summary>
internal static class EmbeddedScript
{
    public static string Read(string name)
    {
        using var stream = typeof(EmbeddedScript).Assembly.GetManifestResourceStream($"{name}.lua") ?? throw new InvalidOperationException($"{name}.lua is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
