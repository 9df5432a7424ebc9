using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SimulatedProvider;

/// <summary>Runs the provider as a process: parses the arguments, prints one line when it listens, and runs until SIGINT or SIGTERM.</summary>
internal static class SimulatorProcess
{
    private const int UsageError = 64;
    private const int CannotListen = 71;

    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter errors)
    {
        var seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        if (SimulatorArguments.TryParse(args, seed, out var wrong) is not { } options)
        {
            await errors.WriteLineAsync($"{wrong}\n\n{SimulatorArguments.Usage}");
            return UsageError;
        }

        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            await using var provider = await SimulatedProviderHost.StartAsync(options);
            await output.WriteLineAsync($"Simulated identity provider on {provider.Address} (counts: GET /_simulator/executions)");
            await stop.Task;
            return 0;
        }
        catch (IOException unavailable)
        {
            await errors.WriteLineAsync($"cannot listen on {options.Url}: {unavailable.Message}");
            return CannotListen;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult();
        }
    }
}
