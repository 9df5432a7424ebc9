using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// Tracks whether the logs still hold data that is gone from the tables: contents that were erased or replaced, and expired records. The expiry sweep sets when the logs are wiped:
/// after an erasure at its next step, at most a minute later; after expiry at the end of a pass, since a busy store overwrites its logs all the time. Wiping holds up the writer, and
/// the steps of one pass follow each other quickly. So within a pass there is a pause between two wipes, however many erasures there are.
/// </summary>
internal sealed class Remains
{
    /// <summary>Shorter than the minute within which the wipe is promised.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private bool _ofErased;
    private bool _ofExpired;
    private long? _lastDue;

    /// <summary>The logs are to be wiped now.</summary>
    public bool AreDue { get; private set; }

    public void Erased() => _ofErased = true;

    public void Swept(SweepStep step, StoreTime now)
    {
        _ofExpired |= step.Deleted > 0;
        var hasPaused = _lastDue is not { } last || now.Monotonic - last >= Pause.TotalMilliseconds;
        AreDue = step.PassEnded ? _ofErased || _ofExpired : _ofErased && hasPaused;
        if (AreDue)
            _lastDue = now.Monotonic;
    }

    /// <summary>A wipe begins. If it fails, a later step of the sweep makes it due again.</summary>
    /// <returns>Whether there is anything to wipe.</returns>
    public bool Begin()
    {
        AreDue = false;
        return _ofErased || _ofExpired;
    }

    public void End() => _ofErased = _ofExpired = false;
}
