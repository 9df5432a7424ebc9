using System.Runtime.InteropServices;

namespace IdempotencyGateway.Hosting;

/// <summary>What others of the same user may see of this process's memory, which holds requests, answers and keys in plain.</summary>
internal static class ProcessMemory
{
    // linux/prctl.h
    private const int SetDumpable = 4;

    /// <summary>
    /// Nothing: on Linux the kernel writes no core of this process any more, whatever the limits and the node's core pattern say, and lets nobody without CAP_SYS_PTRACE trace it or read
    /// its memory; the runtime's own dumps need that too. Elsewhere there is no such switch.
    /// </summary>
    public static void Close()
    {
        if (OperatingSystem.IsLinux())
            _ = ProcessControl(SetDumpable, 0, 0, 0, 0);
    }

#pragma warning disable SYSLIB1054 // The generated form would switch unsafe code on for the whole project.
    [DllImport("libc", EntryPoint = "prctl", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ProcessControl(int option, nuint argument, nuint third, nuint fourth, nuint fifth);
#pragma warning restore SYSLIB1054
}
