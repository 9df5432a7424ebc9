using System.Runtime.InteropServices;

namespace IdempotencyGateway.Telemetry.Logging;

/// <summary>What the runtime's stream does not say about standard output: it silently takes bytes that nobody will read.</summary>
internal static class StandardOutput
{
    private const int Descriptor = 1;

    // poll.h: error, hang-up, not open.
    private const short Gone = 0x8 | 0x10 | 0x20;

    /// <summary>Whether its reader is gone, as far as the system tells.</summary>
    public static bool IsDeserted()
    {
        var polled = new Polled { Descriptor = Descriptor };
        return OperatingSystem.IsLinux() && Poll(ref polled, 1, 0) > 0 && (polled.Seen & Gone) != 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Polled
    {
        public int Descriptor;
        public short Asked;
        public short Seen;
    }

#pragma warning disable SYSLIB1054 // The generated form would switch unsafe code on for the whole project.
    [DllImport("libc", EntryPoint = "poll", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll(ref Polled descriptors, nuint count, int milliseconds);
#pragma warning restore SYSLIB1054
}
