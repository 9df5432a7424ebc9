using System.Diagnostics;
using System.Globalization;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>Sends POSIX signals to processes.</summary>
internal static class ProcessSignals
{
    /// <param name="signal">The option for <c>kill</c>, such as <c>-STOP</c>.</param>
    public static async Task SignalAsync(this Process process, string signal)
    {
        using var kill = Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
