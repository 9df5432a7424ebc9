using System.Net.Sockets;
using System.Runtime.InteropServices;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Hosting.Commands;
using Microsoft.Extensions.Hosting.Systemd;

namespace IdempotencyGateway.Hosting;

/// <summary>Serves until a signal asks for the end, and says how it went as an exit code. A supervisor that wants to know (NOTIFY_SOCKET, as systemd has it) is told when it listens and when it ends.</summary>
internal static class Serving
{
    public static async Task<int> RunAsync(SnapshotSource snapshots, CancellationToken cancellation)
    {
        // Before the first secret is read.
        ProcessMemory.Close();
        using var signals = TerminationSignals.Watch(cancellation);
        // By which others are told to reload: here the files are watched, and it must not end the process.
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
            // Not there yet, or still loading its data: whoever starts gateways has to try again.
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.Failure;
        }
        catch (Exception e) when (Groundwork.IsRefusal(e))
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
            // An address that is not this machine's, or a port that this user may not have: the server does not say which.
            var listen = snapshots.Current.Listen;
            var addresses = string.Join(", ", listen.Proxy.Concat(listen.Http2).Append(listen.Admin).OfType<Uri>().Select(url => url.GetLeftPart(UriPartial.Authority)));
            await Console.Error.WriteLineAsync($"Listen: not all of {addresses} can be listened on ({e.Message})");
            return ExitCode.Failure;
        }
    }
}
