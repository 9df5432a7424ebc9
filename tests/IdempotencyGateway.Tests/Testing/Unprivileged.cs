using System.Runtime.InteropServices;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>
/// Lets a test meet the file permissions that an ordinary user meets, also where tests run as root: Linux checks files against a user id of the thread's own
/// (setfsuid), and only this thread's is changed, for as long as the synchronous action runs.
/// </summary>
internal static class Unprivileged
{
    private const uint Nobody = 65534;

    public static void Run(Action action)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            action();
            return;
        }
        var before = (uint)SetFileSystemUser(Nobody);
        try
        {
            action();
        }
        finally
        {
            _ = SetFileSystemUser(before);
        }
    }

#pragma warning disable SYSLIB1054 // The generated form would switch unsafe code on for the whole test project.
    [DllImport("libc", EntryPoint = "setfsuid", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetFileSystemUser(uint user);
#pragma warning restore SYSLIB1054
}
