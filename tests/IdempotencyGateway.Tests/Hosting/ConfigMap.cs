using System.Diagnostics;

namespace IdempotencyGateway.Tests.Hosting;

/// <summary>Updates a folder as the kubelet updates a mounted ConfigMap.</summary>
internal static class ConfigMap
{
    public static void Mount(string folder, string version, string json)
    {
        Write(folder, version, json);
        Directory.CreateSymbolicLink(Path.Combine(folder, "..data"), version);
        File.CreateSymbolicLink(Path.Combine(folder, "gateway.json"), Path.Combine("..data", "gateway.json"));
    }

    /// <summary>Writes the new version to a folder of its own, atomically renames a new symbolic link over the old one, and removes the old version.</summary>
    public static void Update(string folder, string version, string json)
    {
        var data = Path.Combine(folder, "..data");
        var old = new FileInfo(data).LinkTarget!;
        Write(folder, version, json);
        File.CreateSymbolicLink(data + "_tmp", version);
        // .NET cannot rename a symbolic link to a folder over another one.
        using var rename = Process.Start("mv", ["-T", data + "_tmp", data]);
        rename.WaitForExit();
        Directory.Delete(Path.Combine(folder, old), recursive: true);
    }

    private static void Write(string folder, string version, string json)
    {
        Directory.CreateDirectory(Path.Combine(folder, version));
        File.WriteAllText(Path.Combine(folder, version, "gateway.json"), json);
    }
}
