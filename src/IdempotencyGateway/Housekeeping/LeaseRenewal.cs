using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Housekeeping;

/// <summary>
/// Renews one claim's lease every third of its duration, until disposed. It does not decide whether a request may be sent: after a lost lease, other requests
/// only stop waiting, and report the outcome as unknown until the answer is recorded.
/// </summary>
public sealed partial class LeaseRenewal : IDisposable
{
    private readonly IIdempotencyStore _store;
    private readonly ClaimTicket _ticket;
    private readonly TimeSpan _lease;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private volatile bool _isOver;
    private int _renewing;

    public LeaseRenewal(IIdempotencyStore store, ClaimTicket ticket, TimeSpan lease, TimeProvider clock, ILogger logger)
    {
        _store = store;
        _ticket = ticket;
        _lease = lease;
        _logger = logger;
        _timer = clock.CreateTimer(static state => _ = ((LeaseRenewal)state!).RenewAsync(), this, lease / 3, lease / 3);
    }

    public void Dispose()
    {
        _isOver = true;
        _timer.Dispose();
    }

    private async Task RenewAsync()
    {
        // A timer callback after disposal would find the record completed and report a lost lease. Renewals do not overlap, even if one takes longer than the interval.
        if (_isOver || Interlocked.Exchange(ref _renewing, 1) != 0)
            return;
        try
        {
            var result = await _store.RenewAsync(_ticket, _lease, CancellationToken.None);
            if (result != TransitionResult.Applied)
            {
                _timer.Dispose();
                LogLost(_logger, _ticket.Key.ToString(), result);
            }
        }
        catch (StoreUnavailableException e)
        {
            LogNotRenewed(_logger, e, _ticket.Key.ToString());
        }
        finally
        {
            Volatile.Write(ref _renewing, 0);
        }
    }

    [LoggerMessage(Telemetry.EventIds.LeaseLost, LogLevel.Warning, "The lease of record {StorageKey} is lost ({Result}): other requests report its outcome as unknown until the answer is recorded")]
    private static partial void LogLost(ILogger logger, string storageKey, TransitionResult result);

    [LoggerMessage(Telemetry.EventIds.LeaseNotRenewed, LogLevel.Warning, "The lease of record {StorageKey} could not be renewed; trying again")]
    private static partial void LogNotRenewed(ILogger logger, Exception exception, string storageKey);
}
