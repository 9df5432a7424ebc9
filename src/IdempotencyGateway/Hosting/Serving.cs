using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Hosting.Commands;
using IdempotencyGateway.Protection;
using IdempotencyGateway.Protection.Encryption;
using IdempotencyGateway.Tls;

namespace IdempotencyGateway.Hosting;

/// <summary>Serves until a signal asks for the end, and says how it went as an exit code.</summary>
internal static class Serving
{
    public static async Task<int> RunAsync(SnapshotSource snapshots, CancellationToken cancellation)
    {
        // Before the first secret is read.
        ProcessMemory.Close();
        using var signals = TerminationSignals.Watch(cancellation);
        try
        {
            await using var gateway = await RunningGateway.StartAsync(snapshots);
            await Console.Out.WriteLineAsync($"listening on {string.Join(", ", gateway.Addresses)}");
            await signals.AskedToEndAsync();
            return ExitCode.Success;
        }
        catch (Exception e) when (e is AdminTokenException or StoreSecretException or KeyRingException or TlsFilesException or StoreUnavailableException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.Configuration;
        }
        catch (IOException e)
        {
            await Console.Error.WriteLineAsync($"Listen: {e.Message}");
            return ExitCode.Failure;
        }
    }
}
