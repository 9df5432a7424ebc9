using System.Runtime.InteropServices;

namespace IdempotencyGateway.Hosting;

/// <summary>Protects this process's memory from other processes of the same user: it holds requests, answers and keys in plain text.</summary>
internal static class ProcessMemory
{
    // linux/prctl.h
    private const int SetDumpable = 4;

    /// <summary>
    /// On Linux, makes the process non-dumpable. The kernel then writes no core dump, whatever ulimit and core_pattern say, and only a process with CAP_SYS_PTRACE may trace it or read its
    /// memory. The runtime's own dumps need that capability, too. Does nothing on other systems.
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
