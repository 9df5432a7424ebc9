using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// What is gone from the tables and may still be read in the logs: contents that were erased or replaced, and records that expired. It is cleaned up in step with the sweep:
/// after an erasure the next one, a minute later at most; after expiry the end of a pass, for in a busy store the logs are written over all the time. Within a pass steps follow each other
/// by the blink of an eye, and emptying holds up the writer: there it has a pause, so that one erasure after another costs no more than one now and then.
/// </summary>
internal sealed class Remains
{
    /// <summary>Shorter than the minute within which it is promised.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private bool _ofErased;
    private bool _ofExpired;
    private long? _lastDue;

    /// <summary>The logs are to be emptied now.</summary>
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

    /// <summary>Begins to empty them. Should it fail, a later step of the sweep says so again.</summary>
    /// <returns>Whether there is anything in them.</returns>
    public bool Begin()
    {
        AreDue = false;
        return _ofErased || _ofExpired;
    }

    public void End() => _ofErased = _ofExpired = false;
}
