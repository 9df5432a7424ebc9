using System.Diagnostics;
using System.Runtime.InteropServices;

namespace IdempotencyGateway.Load.Client;

/// <summary>
/// Wakes each waiter when it is due, on a thread of its own: the runtime's timers are a millisecond or two late, which would count as the server's latency.
/// The system's are late by some fifty microseconds, without spinning on a processor that the server needs.
/// </summary>
internal sealed class Pacer : IDisposable
{
    /// <summary>Somebody may come who is due before the one slept for.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMilliseconds(1);

    private readonly PriorityQueue<TaskCompletionSource, long> _waiting = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly Thread _thread;
    private volatile bool _ended;

    public Pacer()
    {
        _thread = new(Run) { IsBackground = true, Name = "pacer" };
        _thread.Start();
    }

    /// <param name="due">In ticks of the stopwatch.</param>
    public Task WhenDueAsync(long due)
    {
        if (Stopwatch.GetTimestamp() >= due)
            return Task.CompletedTask;
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiting)
            _waiting.Enqueue(waiter, due);
        _arrived.Release();
        return waiter.Task;
    }

    /// <summary>Once nobody waits any more.</summary>
    public void Dispose()
    {
        _ended = true;
        _arrived.Release();
        _thread.Join();
        _arrived.Dispose();
    }

    private void Run()
    {
        for (_arrived.Wait(); !_ended; _arrived.Wait())
        {
            while (EarliestDue() is { } due && Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } left)
                Sleep(left < LongestSleep ? left : LongestSleep);
            TaskCompletionSource waiter;
            lock (_waiting)
                waiter = _waiting.Dequeue();
            waiter.SetResult();
        }
    }

    private long? EarliestDue()
    {
        lock (_waiting)
            return _waiting.TryPeek(out _, out var due) ? due : null;
    }

    private static void Sleep(TimeSpan duration)
    {
        var time = new Timespec { Nanoseconds = (nint)(duration.Ticks * TimeSpan.NanosecondsPerTick) };
        _ = Nanosleep(in time, 0);
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Nanosleep(in Timespec duration, nint left);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
