using System.Runtime.InteropServices;

namespace IdempotencyGateway.Telemetry.Logging;

/// <summary>Detects that the reader of standard output is gone, because the runtime's stream then discards what is written without an error.</summary>
internal static class StandardOutput
{
    private const int Descriptor = 1;

    // poll.h: error, hang-up, not open.
    private const short Gone = 0x8 | 0x10 | 0x20;

    /// <summary>True when the reader is gone. Always false on systems other than Linux.</summary>
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
