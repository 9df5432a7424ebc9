using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sightings;
using IdempotencyGateway.Stores.Sqlite.Redo;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// The embedded store: one SQLite file and its redo log, owned by one process. Every result is durable before a caller sees it. Leases run on this
/// process's monotonic clock, retention on the wall clock. README.md in this folder describes the files and the costs.
/// <para>
/// Cancellation ends the wait, not the operation: one that has started still takes effect, and the caller can repeat it with the same owner. Operations
/// that carry bytes (complete, hold, resolve, erase) cannot be cancelled once queued, because they read the caller's memory.
/// </para>
/// </summary>
public sealed class SqliteIdempotencyStore : IIdempotencyStore, IExpirySweep, IDoubtList, ISubjectIndex, ISightings
{
    private readonly SqliteWriter _writer;
    private readonly TrackMemory _tracks;
    private readonly TrackKeeper _keeper;

    private SqliteIdempotencyStore(SqliteWriter writer, TrackMemory tracks, TimeProvider time)
    {
        _writer = writer;
        _tracks = tracks;
        _keeper = new(tracks, writer, time);
    }

    /// <inheritdoc cref="SqliteWriter.CheckpointFailed"/>
    internal Action<StoreUnavailableException>? CheckpointFailed
    {
        get => _writer.CheckpointFailed;
        set => _writer.CheckpointFailed = value;
    }

    /// <summary>Group commits since the store was opened, without groups that only read.</summary>
    internal long Commits => _writer.Commits;

    /// <summary>
    /// Opens the file, or creates it, and settles what an earlier process left: claimed records are deleted, sent ones become
    /// doubts.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The file cannot be used; the message says why and what to do.</exception>
    public static SqliteIdempotencyStore Open(SqliteStoreOptions options, TimeProvider time) =>
        Open(options, time, () => DatabaseFile.MeasureRoom(options.Path));

    internal static SqliteIdempotencyStore Open(SqliteStoreOptions options, TimeProvider time, Func<long> freeBytes)
    {
        var file = DatabaseFile.Open(options);
        try
        {
            var storeClock = new StoreClock(time);
            var tracks = new TrackMemory(() => storeClock.Now().Wall, options.TrackLimit);
            var changes = new RedoChanges();
            var session = new WriterSession(
                new Records(new RecordTable(file.Database)),
                new SubjectTable(file.Database),
                new RecentOrders(time),
                new TrackTable(file.Database),
                new ExpirySweep(file.Database, options.SweepRecordsPerStep),
                new FreeSpaceGuard(freeBytes, options.MinimumFreeBytes, options.FreeSpaceMaximumAge),
                new FileRoom(file.Database, options.MaximumFileBytes),
                changes);
            var transaction = new OpenTransaction(file, session, changes);
            transaction.Recover();
            TrackTable.TryRestore(file.Database, tracks, options.TrackLimit, storeClock.Now());
            return new(new SqliteWriter(file, transaction, storeClock, options.QueueLimit), tracks, time);
        }
        catch (SqliteFailure failure)
        {
            file.Dispose();
            throw failure.ToUnavailable(file.Path);
        }
    }

    public ValueTask<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellation) =>
        ApplyAsync(request.Key, request, static (row, request, now) => RecordTransitions.Claim(row, request, now), cancellation);

    public ValueTask<TransitionResult> MarkSentAsync(ClaimTicket ticket, string? destination, CancellationToken cancellation) =>
        ApplyAsync(ticket.Key, (ticket, destination), static (row, it, _) => RecordTransitions.MarkSent(row, it.ticket, it.destination), cancellation);

    public ValueTask<TransitionResult> RenewAsync(ClaimTicket ticket, TimeSpan lease, CancellationToken cancellation) =>
        ApplyAsync(ticket.Key, (ticket, lease), static (row, it, now) => RecordTransitions.Renew(row, it.ticket, it.lease, now), cancellation);

    public ValueTask<TransitionResult> CompleteAsync(
        ClaimTicket ticket, ReadOnlyMemory<byte> response, TimeSpan retention, CancellationToken cancellation) => ApplyToEndAsync(
            ticket.Key,
            (ticket, response, retention),
            static (row, it, now) => RecordTransitions.Complete(row, it.ticket, it.response, it.retention, now),
            cancellation);

    public ValueTask<TransitionResult> HoldAsync(ClaimTicket ticket, ReadOnlyMemory<byte> evidence, CancellationToken cancellation) =>
        ApplyToEndAsync(ticket.Key, (ticket, evidence), static (row, it, _) => RecordTransitions.Hold(row, it.ticket, it.evidence), cancellation);

    public ValueTask<TransitionResult> ReleaseAsync(ClaimTicket ticket, CancellationToken cancellation) =>
        ApplyAsync(ticket.Key, ticket, static (row, ticket, _) => RecordTransitions.Release(row, ticket), cancellation);

    public ValueTask<StoredRecord?> FindAsync(StorageKey key, CancellationToken cancellation) =>
        ApplyAsync(key, key, static (row, _, now) => new Decision<StoredRecord?>(row?.ToStoredRecord(now), row), cancellation);

    public ValueTask<TransitionResult> ResolveAsync(
        StorageKey key, DoubtResolution resolution, TimeSpan retention, CancellationToken cancellation) => ApplyToEndAsync(
            key,
            (resolution, retention),
            static (row, it, now) => RecordTransitions.Resolve(row, it.resolution, it.retention, now),
            cancellation);

    public ValueTask<TransitionResult> EraseAsync(StorageKey key, ReadOnlyMemory<byte> tombstone, CancellationToken cancellation) =>
        ApplyToEndAsync(key, tombstone, static (row, tombstone, _) => RecordTransitions.Erase(row, tombstone), cancellation);

    /// <inheritdoc/>
    public ValueTask<SweepStep> SweepAsync(CancellationToken cancellation) =>
        _writer.RunAsync((session, now) => session.Sweep(now), cancellation);

    /// <inheritdoc/>
    public ValueTask<long> CountDoubtsAsync(CancellationToken cancellation) =>
        _writer.RunAsync((session, now) => session.CountDoubts(now), cancellation);

    /// <inheritdoc/>
    public ValueTask<DoubtPage> ListDoubtsAsync(int limit, CancellationToken cancellation) =>
        _writer.RunAsync((session, now) => session.ListDoubts(limit, now), cancellation);

    /// <inheritdoc/>
    public ValueTask<TimeSpan?> NoteSubjectAsync(SubjectKey subject, SubjectEntry entry, TimeSpan retention, CancellationToken cancellation) =>
        _writer.RunAsync((session, now) => session.Subjects.Note(subject, entry, retention, now), cancellation);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SubjectEntry>> OrderErasureAsync(SubjectKey subject, ErasureOrder order, CancellationToken cancellation) =>
        _writer.RunAsync((session, now) => session.Subjects.Order(subject, order, now), cancellation);

    /// <inheritdoc/>
    public async ValueTask EndErasureAsync(SubjectKey subject, SubjectEntry entry, CancellationToken cancellation) => await _writer.RunAsync(
        (session, _) =>
        {
            session.Subjects.End(subject, entry);
            return true;
        },
        cancellation);

    /// <summary>Answers from memory, which is exact because one process owns the file. The change is written to the database about a second later.</summary>
    public ValueTask<Track[]> SeeAsync(ReadOnlyMemory<Sighting> sightings, CancellationToken cancellation)
    {
        _keeper.Note();
        return _tracks.SeeAsync(sightings, cancellation);
    }

    /// <summary>Finishes what is queued, runs a last checkpoint and releases the file's lock.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _keeper.DisposeAsync();
        }
        finally
        {
            await _writer.CloseAsync();
        }
    }

    private ValueTask<T> ApplyAsync<TArguments, T>(
        StorageKey key, TArguments arguments, Func<RecordRow?, TArguments, StoreTime, Decision<T>> decide, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested
            ? ValueTask.FromCanceled<T>(cancellation)
            : _writer.RunAsync((key, arguments, decide), static (session, it, now) => session.Apply(it.key, it.arguments, it.decide, now), cancellation);

    private ValueTask<T> ApplyToEndAsync<TArguments, T>(
        StorageKey key, TArguments arguments, Func<RecordRow?, TArguments, StoreTime, Decision<T>> decide, CancellationToken cancellation) =>
        ApplyAsync(key, arguments, decide, cancellation.IsCancellationRequested ? cancellation : CancellationToken.None);
}
