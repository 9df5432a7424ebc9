namespace IdempotencyGateway.Tests.Testing;

/// <summary>A folder that is deleted on disposal. It lies in memory where the system has /dev/shm, because these tests do not test the disk.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private const string InMemory = "/dev/shm";

    public TemporaryFolder()
    {
        var root = Directory.Exists(InMemory) ? InMemory : System.IO.Path.GetTempPath();
        Path = Directory.CreateDirectory(System.IO.Path.Combine(root, $"idempotency-gateway-{Guid.NewGuid():N}")).FullName;
    }

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
