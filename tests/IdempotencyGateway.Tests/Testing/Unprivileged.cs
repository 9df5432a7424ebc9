using System.Runtime.InteropServices;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>
/// Runs an action under the file permissions of an ordinary user, even if the tests run as root. It changes only the calling thread's file-system user id
/// (setfsuid), so the action must be synchronous.
/// </summary>
internal static class Unprivileged
{
    private const uint Nobody = 65534;

    public static void Run(Action action)
    {
        if (!Environment.IsPrivilegedProcess)
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

#pragma warning disable SYSLIB1054 // LibraryImport would require unsafe code in the whole test project.
    [DllImport("libc", EntryPoint = "setfsuid", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetFileSystemUser(uint user);
#pragma warning restore SYSLIB1054
}
