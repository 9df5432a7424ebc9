using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// What is gone from the tables and may still be read in the logs: contents that were erased or replaced, and records that expired. The sweep's steps are the beat at which it is seen to:
/// after an erasure the very next one, a minute later at most; after expiry the end of a pass, for in a busy store the logs are written over all the time.
/// </summary>
internal sealed class Remains
{
    private bool _ofErased;
    private bool _ofExpired;

    /// <summary>The logs are to be emptied now.</summary>
    public bool AreDue { get; private set; }

    public void Erased() => _ofErased = true;

    public void Swept(SweepStep step)
    {
        _ofExpired |= step.Deleted > 0;
        AreDue = _ofErased || (_ofExpired && step.PassEnded);
    }

    /// <summary>They are tried to be emptied. Should it fail, the next step of the sweep says so again.</summary>
    /// <returns>Whether there is anything in them.</returns>
    public bool Begin()
    {
        AreDue = false;
        return _ofErased || _ofExpired;
    }

    public void End() => _ofErased = _ofExpired = false;
}
