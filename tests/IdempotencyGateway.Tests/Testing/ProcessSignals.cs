using System.Diagnostics;
using System.Globalization;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>What is done to processes from outside.</summary>
internal static class ProcessSignals
{
    /// <param name="signal">As <c>kill</c> takes it: <c>-STOP</c>.</param>
    public static async Task SignalAsync(this Process process, string signal)
    {
        using var kill = Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
