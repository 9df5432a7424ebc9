using System.ComponentModel;
using System.Runtime.InteropServices;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>
/// Makes writes to a file fail that this process has open, until disposal, as on a failing disk; reads still work. It replaces every open descriptor of the file with a
/// read-only one (dup3), so each write fails in the system call.
/// </summary>
internal sealed class UnwritableFile : IDisposable
{
    private const int ReadOnly = 0;
    private const int CloseOnExecute = 0x80000;
    private readonly List<(int Open, int Kept)> _files = [];

    public UnwritableFile(string path)
    {
        // List all descriptors before opening any, so that none opened here is among them.
        string[] links = [.. Directory.GetFiles("/proc/self/fd").Where(link => new FileInfo(link).LinkTarget == path)];
        foreach (var link in links)
        {
            var open = int.Parse(Path.GetFileName(link), System.Globalization.CultureInfo.InvariantCulture);
            var reading = Done(Open(path, ReadOnly | CloseOnExecute));
            _files.Add((open, Done(Duplicate(open))));
            _ = Done(Replace(reading, open, CloseOnExecute));
            _ = Done(Close(reading));
        }
        Assert.NotEmpty(_files);
    }

    public void Dispose()
    {
        foreach (var (open, kept) in _files)
        {
            _ = Done(Replace(kept, open, CloseOnExecute));
            _ = Done(Close(kept));
        }
    }

    private static int Done(int result) => result >= 0 ? result : throw new Win32Exception();

#pragma warning disable SYSLIB1054 // LibraryImport would require unsafe code in the whole test project.
    [DllImport("libc", EntryPoint = "open", ExactSpelling = true, SetLastError = true, BestFitMapping = false)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "dup", ExactSpelling = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Duplicate(int file);

    [DllImport("libc", EntryPoint = "dup3", ExactSpelling = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Replace(int with, int file, int flags);

    [DllImport("libc", EntryPoint = "close", ExactSpelling = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int file);
#pragma warning restore SYSLIB1054
}
