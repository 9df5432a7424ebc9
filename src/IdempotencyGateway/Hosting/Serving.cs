using System.Net.Sockets;
using System.Runtime.InteropServices;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Hosting.Commands;
using Microsoft.Extensions.Hosting.Systemd;

namespace IdempotencyGateway.Hosting;

/// <summary>
/// Runs the gateway until a signal asks it to stop, and returns the process's exit code. Notifies a supervisor such as systemd (NOTIFY_SOCKET) when the gateway listens and when it stops.
/// </summary>
internal static class Serving
{
    public static async Task<int> RunAsync(SnapshotSource snapshots, CancellationToken cancellation)
    {
        // Before the first secret is read.
        ProcessMemory.Close();
        using var signals = TerminationSignals.Watch(cancellation);
        // Operators send SIGHUP to make servers reload. The gateway watches its files instead; unhandled, the signal would end the process.
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, static signal => signal.Cancel = true);
        try
        {
            await using var gateway = await RunningGateway.StartAsync(snapshots);
            await Console.Out.WriteLineAsync($"listening on {string.Join(", ", gateway.Addresses)}");
            var supervisor = new SystemdNotifier();
            supervisor.Notify(ServiceState.Ready);
            await signals.AskedToEndAsync();
            supervisor.Notify(ServiceState.Stopping);
            return ExitCode.Success;
        }
        catch (StoreUnavailableException e) when (e.Failure == StoreFailure.Unreachable)
        {
            // The store is not up yet, or still loads its data. The exit code tells the supervisor that a restart can help.
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.Failure;
        }
        catch (Exception e) when (Prerequisites.IsRefusal(e))
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.Configuration;
        }
        catch (IOException e)
        {
            await Console.Error.WriteLineAsync($"Listen: {e.Message}");
            return ExitCode.Failure;
        }
        catch (SocketException e)
        {
            // An address is not this machine's, or this user may not bind the port. The exception does not say which address failed.
            var listen = snapshots.Current.Listen;
            var addresses = string.Join(", ", listen.Proxy.Concat(listen.Http2).Append(listen.Admin).OfType<Uri>().Select(url => url.GetLeftPart(UriPartial.Authority)));
            await Console.Error.WriteLineAsync($"Listen: one of {addresses} cannot be listened on ({e.Message})");
            return ExitCode.Failure;
        }
    }
}
