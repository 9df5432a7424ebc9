using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sightings;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// Writes changed tracks into the database about a second later, in small steps that share a group commit with other operations. A killed process loses the counts
/// that it had not written yet, those of about a second.
/// </summary>
internal sealed class TrackKeeper(TrackMemory memory, SqliteWriter writer, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>So that one step occupies the writer for about a millisecond.</summary>
    private const int ChangesPerStep = 128;

    private readonly CancellationTokenSource _closing = new();
    private int _isDue;
    private int _isClosed;
    private Task _writing = Task.CompletedTask;

    /// <summary>Schedules a write. When one is scheduled already, this only reads a flag.</summary>
    public void Note()
    {
        if (Volatile.Read(ref _isDue) == 0 && Volatile.Read(ref _isClosed) == 0 && Interlocked.Exchange(ref _isDue, 1) == 0)
            Volatile.Write(ref _writing, WriteLaterAsync());
    }

    /// <summary>Writes what is left. A second call does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
            return;
        await _closing.CancelAsync();
        await Volatile.Read(ref _writing);
        await WriteAsync();
        _closing.Dispose();
    }

    private async Task WriteLaterAsync()
    {
        await Task.Delay(Pause, time, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Volatile.Write(ref _isDue, 0);
        await WriteAsync();
    }

    private async Task WriteAsync()
    {
        while (memory.TakeChanges(ChangesPerStep) is { Count: > 0 } changes)
        {
            try
            {
                await writer.RunAsync((session, _) => session.WriteTracks(changes), CancellationToken.None);
            }
            catch (StoreUnavailableException)
            {
                // The disk is full or gone, which the operations on records report. Counting goes on in memory, and the next change schedules another attempt.
                memory.PutBack(changes);
                return;
            }
        }
    }
}
