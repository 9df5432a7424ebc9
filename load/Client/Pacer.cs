using System.Diagnostics;
using System.Runtime.InteropServices;

namespace IdempotencyGateway.Load.Client;

/// <summary>
/// Wakes each waiter at its due time, from a dedicated thread that uses nanosleep. The runtime's timers are a millisecond or two late, which would be measured as latency of the server.
/// nanosleep is late by some fifty microseconds, and does not spin on a processor that the server needs.
/// </summary>
internal sealed class Pacer : IDisposable
{
    /// <summary>Short, because a new waiter may be due before the one that the thread sleeps for.</summary>
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

    /// <param name="due">A stopwatch timestamp.</param>
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

    /// <summary>To be called when nobody waits any more.</summary>
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
